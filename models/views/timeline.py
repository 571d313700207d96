"""案件台账: a case's entries as a reader sees them; for supervision merged with those of its inquiries."""

from typing import Any

from pydantic import Field

from models.views.base import ActionName, Instant, Page, RoleName, View


class CaseEntry(View):
    """An entry of the case's ledger (台账条目)."""

    seq: int = Field(description="第几条，从 1 起", examples=[1])
    at: Instant
    action: ActionName
    actor: str = Field(description="谁办的：账号；system 为系统按时限或规定办理", examples=["xs-center.clerk"])
    role: RoleName
    unit: str = Field(description="单位代码；系统办理的、反映人自己办的为空文本", examples=["xs-center"])
    detail: dict[str, Any] = Field(
        description="内容，随动作而不同；反映人按权限脱敏", examples=[{"due_at": "2026-08-10T17:00:00.000000+08:00"}]
    )


class MergedEntry(CaseEntry):
    """An entry of the case or of one of its inquiries, numbered as they stand together (合并台账)."""

    ledger_seq: int = Field(description="在自己台账中是第几条", examples=[1])
    inquiry_id: str | None = Field(description="属于哪一件倒查；案件自己的为空", examples=[None])


Entry = MergedEntry | CaseEntry
"""What a reader of the case's timeline gets (台账条目)."""


class Timeline(Page[Entry]):
    """A page of a case's timeline (台账)."""
