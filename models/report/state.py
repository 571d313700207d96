"""The state of a monthly analysis (月度分析状态): data only, changed by acts alone."""

from typing import Any

from pydantic import BaseModel, Field

from models.aggregate import LedgerState


class Prominent(BaseModel):
    """One of the month's most prominent matters, windows or situations, with its cause (最突出的事项、窗口、情形)."""

    kind: str
    what: str
    cases: int
    share: float | None = None
    cause: str | None = None
    """The cause found by a person; required before the analysis is final (R85: 逐一分析原因)."""
    by: str | None = None


class Sampled(BaseModel):
    """A case whose cause is coded twice, the second time by somebody else (双人编码; CL4)."""

    case_no: str
    first: str
    people: list[str]
    """The case's handlers; none of them codes it again."""
    second: str | None = None
    by: str | None = None


class ReportState(LedgerState):
    """The state of an analysis; `case_no` is its own number."""

    district: str = ""
    month: str = ""
    """As YYYY-MM."""
    lead: str = ""
    formulas: int = 0
    drawn_at: str = ""
    figures: dict[str, Any] = Field(default_factory=dict)
    cases_digest: str = ""
    """The digest of the lists of cases behind the figures, which are stored separately."""
    top: list[Prominent] = Field(default_factory=list)
    sample: list[Sampled] = Field(default_factory=list)
    differences: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    final: bool = False
    overdue: bool = False
