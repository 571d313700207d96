"""台账: what every ledger beside the cases' answers alike: its entries one by one, and what may be done with it."""

from typing import Any

from pydantic import Field

from models.actions import CommandName
from models.views.base import ActionName, Instant, RoleName, View


class EntryView(View):
    """One entry of a ledger (台账条目)."""

    seq: int = Field(description="第几条，从 1 起", examples=[1])
    action: ActionName
    actor: str = Field(description="谁办的：账号；system 为系统按时限或规定办理", examples=["xs-sgb.lead"])
    role: RoleName
    unit: str = Field(description="单位代码；系统办理的为空", examples=["xs-sgb"])
    at: Instant
    detail: dict[str, Any] = Field(description="内容，随动作而不同", examples=[{"reason": "依据已修改"}])


class CommandOffer(View):
    """A command, and whether this reader may give it now (可办事项)."""

    command: CommandName
    title: str = Field(description="名称", examples=["发布"])
    possible: bool = Field(description="本人现在能不能办", examples=[True])
    why_not: str | None = Field(description="现在不能办的理由", examples=[None])
