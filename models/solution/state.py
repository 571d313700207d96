"""The state of a solution (一类事状态): data only, changed by acts alone."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.aggregate import LedgerState
from models.calendar import beijing_date
from models.case.assignment import Task
from models.case.solution import Rule
from models.codes import SolutionStage


class Content(Rule):
    """办法: for what, in which steps, with which papers, on which basis; and what applying it sets off."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    tasks: Annotated[list[Task], Field(max_length=30)] = Field(default_factory=list)
    """Tasks for departments when it is applied (交办); none where the counter does it alone."""
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None
    """The limit that an applicant may then rely on, in working days; never longer than the case's own."""


class InForce(BaseModel):
    """A published version (工作提示): its words do not change any more."""

    version: int
    no: str
    """The number of the 工作提示."""
    content: Content
    valid_from: date
    valid_until: date | None = None
    published_at: datetime
    published_by: str

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


EDITION = 2
"""The newest edition of a solution's rules. 2: a validity that ends on a day has a limit of its own."""


class SolutionState(LedgerState):
    """The state of a solution; `case_no` is its own number."""

    edition: int = 1
    """The edition of the rules it follows for its whole life."""
    district: str = ""
    lead: str = ""
    of_case: str = ""
    """The case it was drafted from; empty for one written by hand."""
    consultation_id: str | None = None
    stage: SolutionStage = SolutionStage.DRAFT
    content: Content | None = None
    """The text being worked on."""
    authors: list[str] = Field(default_factory=list)
    """The text's authors; none of them approves it."""
    unit: str = ""
    consents: dict[str, dict[str, Any] | None] = Field(default_factory=dict)
    """The answer of each department that must agree; None while it has none (征求意见)."""
    review: dict[str, Any] | None = None
    """The legality review of the text (合法性审核)."""
    in_force: InForce | None = None
    versions: list[InForce] = Field(default_factory=list)
    adoptions: list[dict[str, str]] = Field(default_factory=list)
    """Windows that adopted it, each once (采用)."""
    readings: list[dict[str, str]] = Field(default_factory=list)
    """Reading receipts by person and version (阅知回执)."""
    effects: list[dict[str, Any]] = Field(default_factory=list)
    """Results of the quarterly reviews (效果评估)."""
    suspended_for: str | None = None
    overdue: bool = False
    retired_for: str | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Whether a version is valid at that time."""
        return self.in_force is not None and self.in_force.holds_on(beijing_date(at))
