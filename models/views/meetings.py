"""联席会议: a month's meeting, its agenda, and what was decided and doubted there."""

from typing import Any, Literal

from pydantic import Field

from models.meeting.state import Why
from models.views.base import CaseNo, Instant, Month, UnitCode, Username, View

District = Field(description="地区代码", examples=["xuanwu"])


class MeetingLine(View):
    """A meeting in the list (会议)."""

    district: str = District
    month: Month
    closed: bool
    overdue: bool = Field(description="逾期没有结束")
    opened_at: Instant


class Attendance(View):
    """Who came for a unit (到会)."""

    unit: UnitCode
    state: Literal["present", "deputy", "absent"] = Field(description="到会、代会、缺席")
    people: list[str] = Field(description="到会人", examples=[["王处长"]])


class Topic(View):
    """What stood out in the month before (上月最突出的事项、窗口、情形)."""

    kind: str = Field(description="哪一类", examples=["matter"])
    what: str = Field(description="事项名称，或单位、情形的代码", examples=["房屋租赁备案"])
    cases: int = Field(examples=[7])
    share: float | None = Field(description="占比（%）", examples=[23.3])


class AgendaItem(View):
    """A case on the agenda, as it stood when it was put there (议题)."""

    case_no: CaseNo
    why: list[Why] = Field(description="上会原因，最重的在前")
    matter: str = Field(examples=["房屋租赁备案"])
    unit: UnitCode
    due_at: Instant | None = Field(description="办理期限；时钟不在走的为空")
    minutes: str | None = Field(description="议题记录", examples=["由住建牵头，两周内拿出办法"])
    why_told: list[str] = Field(description="上会原因的名称", examples=[["超期"]])


class MeetingDecision(View):
    """A decision, with the command on the case that it became (议定事项)."""

    by: Username
    do: str = Field(description="对案件下的指令", examples=["urge"])
    body: dict[str, Any] = Field(description="指令的内容，依指令而不同", examples=[{"note": "请于本周内反馈"}])
    case_no: CaseNo


class MeetingDoubt(View):
    """What somebody at the meeting doubted (疑点)."""

    by: Username
    text: str = Field(examples=["部门反馈与现场情况不符"])
    case_no: CaseNo


class MeetingView(View):
    """A month's meeting as its reader may see it (联席会议)."""

    meeting_no: str = Field(description="会议编号", examples=["meeting/xuanwu/2026-11"])
    district: str = District
    month: Month
    opened_at: Instant
    due_at: Instant | None = Field(description="应于此前结束；已经结束的为空")
    overdue: bool = Field(description="逾期没有结束")
    closed: bool
    minutes: str | None = Field(description="会议纪要", examples=["议定三件，一件报上级"])
    attendance: list[Attendance]
    topics: list[Topic]
    agenda: list[AgendaItem] = Field(description="议程中本人可以查看的案件")
    decisions: list[MeetingDecision]
    doubts: list[MeetingDoubt] = Field(description="疑点；窗口和部门看不到")
    ledger_length: int = Field(examples=[5])
    ledger_head: str = Field(description="台账末条的哈希", examples=["9f2c4e"])
