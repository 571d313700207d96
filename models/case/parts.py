"""Parts of a case (案件的组成部分): clock, tasks, consultations, promises, cards, papers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from models.aggregate.limits import Limit
from models.codes import (
    AssignmentRole,
    AssignmentState,
    CardColour,
    CheckpointState,
    ConsultationKind,
    ConsultationState,
    Link,
    ObligationKind,
    ObligationState,
    Position,
    RefusalKind,
    Resolution,
    ReviewDecision,
    Visibility,
)


class Span(BaseModel):
    """A pause of the clock; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


class Cap(BaseModel):
    """A date brought forward (加急): `days` working days from `start`."""

    start: datetime
    days: int


class Clock(BaseModel):
    """The case clock (案件时钟): from acceptance to the reply the applicant was promised."""

    state: str = "stopped"
    start: datetime | None = None
    """Counted from: acceptance or reopening; for a deferred case the diagnosis, then the first convening."""
    begun: datetime | None = None
    """Acceptance or reopening; `start` returns to it when the case is no longer deferred."""
    limit: int = 0
    due: datetime | None = None
    promised: datetime | None = None
    """The date promised to the applicant; a changed calendar may move `due` later, but not this."""
    cap: Cap | None = None
    """The date set by 特事特办; no later diagnosis moves it back."""
    left: int | None = None
    """Working days left when the clock last paused or stopped."""
    overdue: bool = False
    late: bool = False
    """Whether this clock ran out; `overdue` also covers earlier clocks."""
    paused: list[Span] = Field(default_factory=list)
    """Waiting for the applicant's materials: does not count."""
    stopped: list[Span] = Field(default_factory=list)
    """Between a reply and its overturning: does not count either."""


class Extension(BaseModel):
    """A requested extension of an assignment (延期), perhaps ruled on."""

    working_days: int
    reason: str
    decision: str | None = None


class Assignment(BaseModel):
    """A task given to a department (交办)."""

    id: str
    unit: str
    role: AssignmentRole
    task: str
    days: int
    state: AssignmentState = AssignmentState.SENT
    before_return: AssignmentState | None = None
    outside_duties: bool = False
    """Given outside the department's duty list (清单外交办)."""
    returns: int = 0
    disputed: bool = False
    """Returned for the second time: the consultation decides, not a ruling."""
    sent_at: datetime
    due: datetime
    overdue: bool = False
    result: str | None = None
    replied_at: datetime | None = None
    recalled: Limit | None = None
    """The limit that ran when it was recalled (收回); it continues when the same department gets a task again."""
    extensions: list[Extension] = Field(default_factory=list)
    delivery: str | None = None
    """Whether the department's own system has received it (送达); None without a system, or not yet."""


class Opinion(BaseModel):
    """A department's opinion in a round (会诊意见); position none if it stayed silent until its limit."""

    unit: str
    position: Position
    opinion: str = ""
    legal_basis: list[str] = Field(default_factory=list)


class Consultation(BaseModel):
    """One round of a consultation or joint meeting (会诊、联席会议)."""

    id: str
    kind: ConsultationKind
    round: int
    departments: list[str]
    question: str
    complex: bool = False
    convened_by: str
    """The unit that convened it; empty when convened automatically."""
    why: str = ""
    """Why it was convened automatically, or why the longer limit applies (特别复杂的理由)."""
    opened_at: datetime
    days: int
    due: datetime
    place: str | None = None
    meets_at: str | None = None
    state: ConsultationState = ConsultationState.OPEN
    overdue: bool = False
    opinions: list[Opinion] = Field(default_factory=list)
    attendance: list[dict[str, Any]] = Field(default_factory=list)
    resolution: Resolution | None = None
    minutes: str | None = None
    root_cause: list[str] = Field(default_factory=list)
    shares: list[dict[str, Any]] = Field(default_factory=list)
    signatures: list[dict[str, Any]] = Field(default_factory=list)


class Held(BaseModel):
    """A span in which one unit held the case (持件时段); `until` is None while it lasts."""

    unit: str
    since: datetime
    until: datetime | None = None


class FollowUp(BaseModel):
    """A problem reported upwards (挂账), reviewed until somebody closes it."""

    report: str
    """The proposal to the level above (工作建议)."""
    to: str
    reported_at: datetime
    reply_due: datetime
    reply: str | None = None
    reviews: list[dict[str, Any]] = Field(default_factory=list)
    closed: bool = False


class Obligation(BaseModel):
    """A promise or remedy still owed (承诺与容缺); it outlives the closing."""

    id: str
    kind: ObligationKind
    unit: str
    what: str
    state: ObligationState = ObligationState.OPEN
    due: datetime


class Checkpoint(BaseModel):
    """Supervision of one of the six links (监督节点)."""

    link: Link
    state: CheckpointState = CheckpointState.PENDING
    findings: list[dict[str, str]] = Field(default_factory=list)
    signs: list[dict[str, str]] = Field(default_factory=list)


class Refusal(BaseModel):
    """A negative answer (否定答复): a decline, an explanation of 不能办, or a department's 不能办 (否定报备)."""

    seq: int
    """Its entry."""
    kind: RefusalKind
    by: list[str]
    """The people responsible: who issued it, and whom they deputised for."""
    unit: str
    at: datetime
    ref: str = ""
    """The assignment, where a department issued it."""
    basis: list[str] = Field(default_factory=list)
    review: ReviewDecision | None = None


class Stamp(BaseModel):
    """办NO.成事印章: numbered, bound to the ledger as it stood, and one to one with a supervision record (R65, R66)."""

    no: str
    code: str
    """The code with which anybody can check the stamp."""
    head: str
    """The head of the ledger when it was stamped."""
    at: datetime
    record_no: str = ""
    """The supervision record opened with it (监督记录)."""


class Arrival(BaseModel):
    """A hand-over of the applicant to another window, and perhaps the arrival (引领到窗; R25)."""

    unit: str
    since: datetime
    at: datetime | None = None


class Card(BaseModel):
    """A yellow or red card (黄牌、红牌)."""

    colour: CardColour
    unit: str
    reason: str
    at: datetime


class Document(BaseModel):
    """An issued paper (文书): kind, number, entry; `ref` is its task."""

    kind: str
    no: str
    seq: int
    ref: str = ""


class Attachment(BaseModel):
    """A file's record in the ledger (附件). The file itself is sealed in the store, under its id."""

    id: str
    name: str
    sha256: str
    media_type: str
    size: int
    """In bytes, as stored."""
    visibility: Visibility
    unit: str
    """The sender's unit; empty for the applicant."""
    at: datetime
    seq: int


class Supervision(BaseModel):
    """A supervision order (督办单)."""

    id: str
    to_unit: str
    requirement: str
    due: datetime
    answer: str | None = None


class Materials(BaseModel):
    """The one request for materials (一次性补正)."""

    items: list[dict[str, Any]]
    asked_at: datetime
    expired: bool = False
    submitted: bool = False
