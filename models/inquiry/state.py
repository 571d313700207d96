"""The state of an inquiry (倒查状态): data only, changed by acts alone."""

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
    """The state of an inquiry; `case_no` is the inquiry's own number."""

    of_case: str = ""
    after: int = 0
    """The case ledger's last entry at the opening; it places the inquiry in the merged timeline."""
    district: str = ""
    discipline: str = ""
    own: bool = False
    """Opened automatically for a case of 不给办; the case is archived only after this closes."""

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
    """A control gap (漏洞); it goes into the register of oversight."""
    found_by: list[str] = Field(default_factory=list)
    """The people responsible for the finding: the supervisor, and whom they deputised for."""
    appeal: dict[str, Any] | None = None
    overturned: bool = False
