"""双人复核: what one administrator proposes and another confirms."""

from typing import Literal

from pydantic import Field

from models.views.base import Instant, Username, View


class Proposal(View):
    """A proposal, and what became of it (申请)."""

    id: str = Field(examples=["Zk3rT9wQ1xYb"])
    what: Literal["calendar", "take_up", "rebuild"] = Field(description="日历变更、恢复办理、台账重建")
    title: str = Field(examples=["日历变更"])
    about: str | None = Field(description="年份，或台账编号；涉及全部台账的为空", examples=["2027"])
    asked_by: Username
    asked_at: Instant
    settled_by: Username | None = Field(description="复核人")
    settled_at: Instant | None = Field(description="复核时刻")
    agreed: bool | None = Field(description="是否同意；还没有人复核的为空")
    done_at: Instant | None = Field(description="办成或作废的时刻；还没有办完的为空")
    told: str | None = Field(description="结果", examples=["已生效，在办案件正在重算期限"])


class Accepted(View):
    """What was proposed and now waits for another administrator (已提出)."""

    proposal: Proposal
