"""期满销毁: what may be destroyed, and the proof of what was."""

from pydantic import Field

from models.views.base import CaseNo, Instant, Username, View


class Expired(View):
    """A case that need not be kept any longer and is still readable (期满案件)."""

    case_no: CaseNo
    kept_until: Instant = Field(description="法定保存期到此为止")


class CaseKey(View):
    """A key with which personal words of the case were sealed (密钥)."""

    key_id: str = Field(examples=["Qm3xw8LzT0aK"])
    destroyed_at: Instant | None = Field(description="销毁时刻；尚在的为空")


class Destruction(View):
    """A destruction that was asked for, and carried out (销毁记录)."""

    case_no: CaseNo
    asked_by: Username
    asked_at: Instant
    why: str = Field(description="鉴定意见", examples=["鉴定意见〔2032〕7 号：期满，无继续保存价值"])
    done_by: Username | None = Field(description="办理人；尚未办理的为空")
    done_at: Instant | None = Field(description="办理时刻")
    keys: list[CaseKey]
