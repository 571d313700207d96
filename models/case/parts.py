"""What a case is made of (案件的组成部分): limits, clock, tasks, consultations, promises, cards, papers."""

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
    """A stretch of time in which a clock stood still; `until` is None while it still does."""

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
    """From when it counts: acceptance or reopening; for a deferred case its diagnosis, then its first convening."""
    begun: datetime | None = None
    """Acceptance or reopening: what `start` goes back to when the case is no longer deferred."""
    limit: int = 0
    due: datetime | None = None
    promised: datetime | None = None
    """The date the applicant was promised; a changed calendar moves `due`, and this stays beside it."""
    cap: Cap | None = None
    """What 特事特办 brought the date forward to; no later diagnosis moves it back."""
    left: int | None = None
    """Working days that were left when the clock last stood still."""
    overdue: bool = False
    late: bool = False
    """Whether this very clock ran out; `overdue` also stays from clocks before."""
    paused: list[Span] = Field(default_factory=list)
    """Waiting for the applicant's materials: does not count."""
    stopped: list[Span] = Field(default_factory=list)
    """Between a reply and its being overturned: does not count either."""


class Extension(BaseModel):
    """An extension of an assignment (延期), asked and perhaps ruled on."""

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
    """Given although the department's duty list does not cover the matter (清单外交办)."""
    returns: int = 0
    disputed: bool = False
    """Returned for the second time: the table decides, not a ruling."""
    sent_at: datetime
    due: datetime
    overdue: bool = False
    result: str | None = None
    replied_at: datetime | None = None
    recalled: Limit | None = None
    """The limit that ran when it was taken back (收回): it goes on when the same department gets a task again."""
    extensions: list[Extension] = Field(default_factory=list)
    delivery: str | None = None
    """Whether the department's own system has received it (送达); None where it has none, or not yet."""


class Opinion(BaseModel):
    """What one department says in a round (会诊意见); position none when its time passed in silence."""

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
    """The unit that convened it; empty when it was convened by itself."""
    why: str = ""
    """Why it was convened by itself, or why the longer limit was allowed (特别复杂的理由)."""
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
    """A stretch of time in which one unit held the case (持件时段); `until` is None while it still does."""

    unit: str
    since: datetime
    until: datetime | None = None


class FollowUp(BaseModel):
    """What could not be solved here and was reported upwards (挂账): reviewed until somebody closes it with a word."""

    report: str
    """The proposal to the level above (工作建议)."""
    to: str
    reported_at: datetime
    reply_due: datetime
    reply: str | None = None
    reviews: list[dict[str, Any]] = Field(default_factory=list)
    closed: bool = False


class Obligation(BaseModel):
    """What somebody still owes after the case goes on (承诺与容缺): outlives the closing."""

    id: str
    kind: ObligationKind
    unit: str
    what: str
    state: ObligationState = ObligationState.OPEN
    due: datetime


class Checkpoint(BaseModel):
    """One link of the six as supervision sees it (监督节点)."""

    link: Link
    state: CheckpointState = CheckpointState.PENDING
    findings: list[dict[str, str]] = Field(default_factory=list)
    signs: list[dict[str, str]] = Field(default_factory=list)


class Refusal(BaseModel):
    """A no that was said (否定答复): a decline, an explanation of a cannot, a department's cannot (否定报备)."""

    seq: int
    """The entry that says it."""
    kind: RefusalKind
    by: list[str]
    """Who answers for it: who said it, and for whom they stood in."""
    unit: str
    at: datetime
    ref: str = ""
    """The assignment, where a department said it."""
    basis: list[str] = Field(default_factory=list)
    review: ReviewDecision | None = None


class Stamp(BaseModel):
    """办NO.成事印章: numbered, bound to the ledger as it stood, and one to one with a supervision record (R65, R66)."""

    no: str
    code: str
    """With which anybody can look the stamp up."""
    head: str
    """The head of the ledger when it was stamped."""
    at: datetime
    record_no: str = ""
    """The supervision record that it opened (监督记录)."""


class Arrival(BaseModel):
    """The applicant was handed over to another window, and perhaps has arrived (引领到窗; R25)."""

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
    """A paper that was issued (文书): its kind, number and the entry it comes from; `ref`: the task it is about."""

    kind: str
    no: str
    seq: int
    ref: str = ""


class Attachment(BaseModel):
    """A file of the case (附件): what the ledger knows of it. It lies sealed in the store, under its id."""

    id: str
    name: str
    sha256: str
    media_type: str
    size: int
    """In bytes, as it is kept."""
    visibility: Visibility
    unit: str
    """Of whom it comes from; empty for the applicant."""
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
