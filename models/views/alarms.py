"""告警: what stands still, what to do about it, and what mends it."""

from typing import Literal

from pydantic import Field

from models.alarms import AlarmKind
from models.views.base import Instant, View


class Alarm(View):
    """A ledger or workflow that stands still (告警)."""

    case_no: str = Field(description="台账编号；密封台账为流程编号", examples=["110105-20260803-0001"])
    ledger_kind: str = Field(description="哪一类台账；不是台账的为空文本", examples=["case"])
    kind: AlarmKind
    title: str = Field(description="告警的名称", examples=["流程被中止"])
    status: str | None = Field(description="流程怎样结束的，引擎的用词", examples=["TERMINATED"])
    reason: str = Field(examples=["运维误操作"])
    what_to_do: str = Field(
        description="该怎么办", examples=["时限不再计算。由一位管理员提出“恢复办理”、另一位确认，流程从台账接着走。"]
    )
    mended_by_proposing: Literal["take_up", "rebuild"] | None = Field(description="提出哪一项可以修复；不能修复的为空")
    since: Instant = Field(description="何时起")
    raised_at: Instant = Field(description="告警时刻")
    settled_at: Instant | None = Field(description="解除时刻；未解除的为空")
    mended_by: str | None = Field(description="提出和确认修复的两位管理员", examples=["admin+security"])


class Alarms(View):
    """Alarms, those that are not over first (告警列表)."""

    open: int = Field(description="未解除的件数", examples=[1])
    items: list[Alarm]
