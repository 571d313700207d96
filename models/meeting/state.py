"""The state of a meeting (会议状态): data only, changed by acts alone."""

from typing import Any

from pydantic import BaseModel, Field

from models.aggregate import LedgerState
from models.codes import Code


class Why(Code):
    """Why a case is on the agenda (上会原因), the gravest first."""

    DOUBTED = "doubted", "存疑"
    OVERDUE = "overdue", "超期"
    POORLY_EVALUATED = "poorly_evaluated", "差评"
    FOLLOW_UP = "follow_up", "挂账"
    DEFERRED = "deferred", "暂时办不了"
    OPEN = "open", "在办"
    ADDED = "added", "临时提出"


class Item(BaseModel):
    """One case on the agenda (议题), as it stood when it was put there; nothing personal."""

    case_no: str
    why: list[Why]
    matter: str
    unit: str
    due_at: str | None = None
    minutes: str | None = None


class Topic(BaseModel):
    """What stood out in the month before (最突出的事项、窗口、情形), as its analysis was frozen with it (R85)."""

    kind: str
    what: str
    cases: int
    share: float | None = None


class MeetingState(LedgerState):
    """The state of a meeting; `case_no` is the meeting's own number."""

    district: str = ""
    month: str = ""
    """As YYYY-MM."""
    lead: str = ""
    opened_at: str = ""
    topics: list[Topic] = Field(default_factory=list)
    agenda: list[Item] = Field(default_factory=list)
    attendance: list[dict[str, Any]] = Field(default_factory=list)
    decisions: list[dict[str, Any]] = Field(default_factory=list)
    doubts: list[dict[str, Any]] = Field(default_factory=list)
    """Doubts raised at the meeting, each a task of the supervisors (R67)."""
    minutes: str | None = None
    closed: bool = False
    overdue: bool = False
