"""The state of a case (案件状态): data only, changed by acts alone.

Pydantic models, because the register stores the state with every entry and must restore it exactly; instants are UTC.
"""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from models.aggregate import LedgerState
from models.case.parts import (
    Arrival,
    Assignment,
    Attachment,
    Card,
    Checkpoint,
    Clock,
    Consultation,
    Document,
    FollowUp,
    Held,
    Materials,
    Obligation,
    Refusal,
    Stamp,
    Supervision,
)
from models.codes import (
    Category,
    Channel,
    Level,
    RequestType,
    Stage,
)


class State(LedgerState):
    """The state of a case."""

    district: str = ""
    """The district that holds the case now; `lead` and `discipline` are its offices."""
    lead: str = ""
    discipline: str = ""

    stage: Stage = Stage.REGISTERED
    outcome: str | None = None
    channel: Channel = Channel.WINDOW
    request_type: RequestType = RequestType.COORDINATION
    unit: str = ""
    level: Level = Level.DISTRICT
    handled_at: list[Level] = Field(default_factory=list)
    """Levels that may handle this matter; empty where the place sets none (事项层级清单)."""
    held: list[Held] = Field(default_factory=list)
    """Holders without a gap from registration on; former holders may read, note and attach."""
    pending_transfer: str | None = None
    first_receiver: str = ""
    applicant: dict[str, Any] | None = None
    proxy: dict[str, Any] | None = None
    matter: dict[str, Any] = Field(default_factory=dict)
    narrative: str = ""
    refused_by: dict[str, Any] | None = None
    sensitive: list[str] = Field(default_factory=list)
    group_of: str | None = None
    source: dict[str, str] | None = None
    """The sender's own number, for a case from another system or an import (来源)."""
    advice_no: str | None = None
    """The enquiry at the counter that led to this case (咨询转办)."""
    first_contact_at: datetime | None = None

    first_receiver_deputies: list[dict[str, str]] = Field(default_factory=list)
    """The first receiver's deputies, the current one last; the first receiver never changes (首接代理)."""
    arrivals: list[Arrival] = Field(default_factory=list)
    """Hand-overs of the applicant, with the arrivals (首问负责)."""
    actors: list[str] = Field(default_factory=list)
    """Staff who dealt with the case, by their first act (经办人)."""
    contacted_at: datetime | None = None
    """The first act of staff after registration (首次联系)."""

    registered_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    archived_at: datetime | None = None
    stamp_no: str | None = None
    """The number of the seal in force, the last of `stamps`."""
    stamps: list[Stamp] = Field(default_factory=list)
    """Each with its supervision record (办NO.成事)."""

    category: Category | None = None
    categories_before: list[Category] = Field(default_factory=list)
    diagnosis: dict[str, Any] = Field(default_factory=dict)
    explanation: dict[str, Any] | None = None
    """The explanation in force: its author, and the state of the applicant's objection."""
    refusals: list[Refusal] = Field(default_factory=list)
    answers: list[dict[str, Any]] = Field(default_factory=list)
    """Answers that earlier cases got word for word: by which unit, in how many cases (雷同答复)."""
    materials: Materials | None = None

    clock: Clock = Field(default_factory=Clock)
    assignments: list[Assignment] = Field(default_factory=list)
    consultations: list[Consultation] = Field(default_factory=list)
    solutions: list[dict[str, Any]] = Field(default_factory=list)
    """Standard solutions drafted from this case (一类事)."""
    applied: list[dict[str, Any]] = Field(default_factory=list)
    """Solutions applied in this case, each with its version (适用的一类事)."""
    differences: list[dict[str, Any]] = Field(default_factory=list)
    """Explanations why it ended differently from similar cases (同事不同办的说明)."""
    suggestions_answered: list[dict[str, Any]] = Field(default_factory=list)
    """Answers to suggested earlier cases and published solutions (办法建议)."""
    deferred_at: datetime | None = None
    """The first convening since the diagnosis 暂时办不了; the reply limit counts from it."""
    follow_up: FollowUp | None = None
    owner: dict[str, Any] | None = None
    """The department that the lead named as competent (指定承办部门)."""
    specialist: dict[str, Any] | None = None
    """The expert named for the case, with the skill (专员)."""
    alternatives: list[dict[str, Any]] = Field(default_factory=list)
    """Proposed alternative lawful ways, each with its legality review (另辟路径)."""
    obligations: list[Obligation] = Field(default_factory=list)
    supervisions: list[Supervision] = Field(default_factory=list)
    checkpoints: list[Checkpoint] = Field(default_factory=list)
    cards: list[Card] = Field(default_factory=list)
    documents: list[Document] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    links: list[dict[str, str]] = Field(default_factory=list)
    merged_into: str | None = None

    complained_on: date | None = None
    complained_times: int = 0
    """The last day with a complaint (北京日期), and the number of complaints on it."""
    handed_in: int = 0
    """Number of files handed in by the applicant (反映人提交附件)."""

    evaluation: dict[str, Any] | None = None
    evaluation_rounds: int = 0
    evaluated_at_counter: bool = False
    """Whether an evaluation came from the counter's network address (窗口地址评价)."""
    rectification: dict[str, Any] | None = None
    look_backs: list[dict[str, Any]] = Field(default_factory=list)
    look_back_due: bool = False
    awaits_draw: bool = False
    """Whether the month's draw is still to decide on a look-back (抽查)."""
    spared: bool = False
    """Not drawn: it gets no look-back."""
    publications: list[dict[str, str]] = Field(default_factory=list)
    """Published findings of look-backs (通报)."""
