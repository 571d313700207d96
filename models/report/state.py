"""What a monthly analysis is at one moment (月度分析状态): data only, changed by nothing but `Report.apply`."""

from typing import Any

from pydantic import BaseModel, Field

from models.aggregate import LedgerState


class Prominent(BaseModel):
    """One of the month's most prominent matters, windows or situations, and why it is (最突出的事项、窗口、情形)."""

    kind: str
    what: str
    cases: int
    share: float | None = None
    cause: str | None = None
    """What a person found out; nothing is final without it (R85: 逐一分析原因)."""
    by: str | None = None


class Sampled(BaseModel):
    """A case whose cause is coded twice, the second time by somebody else (双人编码; CL4)."""

    case_no: str
    first: str
    people: list[str]
    """Who dealt with the case: none of them codes it again."""
    second: str | None = None
    by: str | None = None


class ReportState(LedgerState):
    """All that is known of it; `case_no` is its own number."""

    district: str = ""
    month: str = ""
    """As YYYY-MM."""
    lead: str = ""
    formulas: int = 0
    drawn_at: str = ""
    figures: dict[str, Any] = Field(default_factory=dict)
    cases_digest: str = ""
    """Of the lists of cases behind the figures, which lie beside."""
    top: list[Prominent] = Field(default_factory=list)
    sample: list[Sampled] = Field(default_factory=list)
    differences: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    final: bool = False
    overdue: bool = False
