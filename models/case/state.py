"""What a case is at one moment (案件状态): data only, changed by nothing but `Case.apply`.

Pydantic models because the state is written to the register with every entry and must come back
exactly; instants are UTC.
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
    """All that is known of a case."""

    district: str = ""
    """The district that holds the case now; its lead bureau and discipline office beside it."""
    lead: str = ""
    discipline: str = ""

    stage: Stage = Stage.REGISTERED
    outcome: str | None = None
    channel: Channel = Channel.WINDOW
    request_type: RequestType = RequestType.COORDINATION
    unit: str = ""
    level: Level = Level.DISTRICT
    handled_at: list[Level] = Field(default_factory=list)
    """The levels that may handle this matter; empty where the place says nothing (事项层级清单)."""
    held: list[Held] = Field(default_factory=list)
    """Who held the case when, without a gap from registration on; former holders read, note, attach."""
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
    """The sender's own number, where another system or an import brought it in (来源)."""
    advice_no: str | None = None
    """The consultation at the counter that this case grew from (咨询转办)."""
    first_contact_at: datetime | None = None

    first_receiver_deputies: list[dict[str, str]] = Field(default_factory=list)
    """Who stood in for the first receiver, the last one now; the first receiver stays what they are (首接代理)."""
    arrivals: list[Arrival] = Field(default_factory=list)
    """Hand-overs of the applicant, and whether they have arrived (首问负责)."""
    actors: list[str] = Field(default_factory=list)
    """The staff who dealt with the case, in the order of their first act (经办人)."""
    contacted_at: datetime | None = None
    """The first act of staff after the registration: contact (首次联系)."""

    registered_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    archived_at: datetime | None = None
    stamp_no: str | None = None
    """The number of the seal in force, the last of `stamps`."""
    stamps: list[Stamp] = Field(default_factory=list)
    """Each with the supervision record that it opened (办NO.成事)."""

    category: Category | None = None
    categories_before: list[Category] = Field(default_factory=list)
    diagnosis: dict[str, Any] = Field(default_factory=dict)
    explanation: dict[str, Any] | None = None
    """The explanation in force: who gave it, and whether the applicant's objection to it is open or answered."""
    refusals: list[Refusal] = Field(default_factory=list)
    answers: list[dict[str, Any]] = Field(default_factory=list)
    """Answers that earlier cases were given word for word: by which unit, and in how many (雷同答复)."""
    materials: Materials | None = None

    clock: Clock = Field(default_factory=Clock)
    assignments: list[Assignment] = Field(default_factory=list)
    consultations: list[Consultation] = Field(default_factory=list)
    solutions: list[dict[str, Any]] = Field(default_factory=list)
    """Drafts of a rule for the next person that grew from this case (一类事)."""
    applied: list[dict[str, Any]] = Field(default_factory=list)
    """Solutions that were applied in this case, each in the version of then (适用的一类事)."""
    differences: list[dict[str, Any]] = Field(default_factory=list)
    """Why it ended otherwise than others of its kind (同事不同办的说明)."""
    suggestions_answered: list[dict[str, Any]] = Field(default_factory=list)
    """What became of earlier cases and published solutions that were suggested (办法建议)."""
    deferred_at: datetime | None = None
    """The first convening since the case was found to be deferred: its reply is due from then."""
    follow_up: FollowUp | None = None
    owner: dict[str, Any] | None = None
    """Whom the lead named as competent, where nobody knew (指定承办部门)."""
    specialist: dict[str, Any] | None = None
    """The expert named on the case, and for which skill (专员)."""
    alternatives: list[dict[str, Any]] = Field(default_factory=list)
    """Other lawful ways that were proposed, and the word of the legality review on each (另辟路径)."""
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
    """The last day on which the applicant complained (北京日期), and how often on it."""
    handed_in: int = 0
    """How often the applicant has handed something in (反映人提交附件)."""

    evaluation: dict[str, Any] | None = None
    evaluation_rounds: int = 0
    evaluated_at_counter: bool = False
    """Whether an evaluation came from the counter's own address (窗口地址评价)."""
    rectification: dict[str, Any] | None = None
    look_backs: list[dict[str, Any]] = Field(default_factory=list)
    look_back_due: bool = False
    awaits_draw: bool = False
    """Whether the month's draw will say if it is looked back on (抽查)."""
    spared: bool = False
    """Not drawn: it is not looked back on."""
    publications: list[dict[str, str]] = Field(default_factory=list)
    """What was made public of look-backs (通报)."""
