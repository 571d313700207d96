"""What an inquiry is at one moment (倒查状态): data only, changed by nothing but `Inquiry.apply`."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.aggregate import LedgerState
from models.case.wording import Name
from models.codes import Check, Conduct, InquiryStage, Measure


class Respondent(BaseModel):
    """Who is inquired into (被倒查对象): a unit, or somebody in it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    unit: Name
    staff: Name | None = None


class InquiryState(LedgerState):
    """All that is known of an inquiry; `case_no` is the inquiry's own number."""

    of_case: str = ""
    after: int = 0
    """How far the case's ledger had come when this was opened: where the merged timeline puts it."""
    district: str = ""
    discipline: str = ""
    own: bool = False
    """Opened by itself for a case of 不给办, which is not archived before this is closed."""

    stage: InquiryStage = InquiryStage.OPEN
    respondents: list[Respondent] = Field(default_factory=list)
    allegation: str = ""
    conduct: Conduct | None = None
    handed_over: bool = False
    """吃拿卡要 goes straight to discipline (R73, R74)."""
    opened_by: str = ""

    check: Check | None = None
    code: str | None = None
    substantiated: bool | None = None
    facts: str | None = None
    measure: Measure | None = None
    proposal: bool = False
    """A dismissal is proposed; people decide (R89)."""
    decision_no: str | None = None
    remedy: dict[str, Any] | None = None
    exempt: dict[str, Any] | None = None
    hole: dict[str, Any] | None = None
    """A hole that was found (漏洞): it goes into the register of oversight."""
    found_by: list[str] = Field(default_factory=list)
    """Who answers for the finding: the supervisor, and for whom they stood in."""
    appeal: dict[str, Any] | None = None
    overturned: bool = False
