"""办法建议: what was done before in cases like this one, and what became of each suggestion."""

from typing import Literal

from pydantic import Field

from models.codes import Category, MeasureKind, Stage
from models.views.base import CaseNo, Instant, UnitCode, View
from models.views.course import Ending
from models.views.kept import SuggestionAnswer


class SuggestedSolution(View):
    """A published solution (可适用的一类事)."""

    kind: Literal["solution"]
    ref: str = Field(description="编号，处理建议时填写", examples=["110105-20260701-0003-Y1"])
    solution_id: str = Field(description="一类事编号", examples=["110105-20260701-0003-Y1"])
    title: str = Field(description="名称", examples=["补贴停发先恢复"])
    unit: UnitCode
    no: str = Field(description="版本编号", examples=["110105-20260701-0003-Y1-V1"])
    version: int = Field(description="第几版", examples=[1])
    applies_to: str = Field(description="适用事项", examples=["补贴停发"])
    steps: list[str] = Field(description="步骤", examples=[["核对停发原因", "恢复发放"]])
    basis: list[str] = Field(description="依据", examples=[["某办法第三条"]])
    at_counter: bool = Field(description="窗口自己能办，不须交办", examples=[True])
    answer: SuggestionAnswer | None = Field(description="本案如何处理这条建议；还没有处理的为空")


class SuggestedCase(View):
    """A case that was resolved (办过的相似案件)."""

    kind: Literal["case"]
    ref: CaseNo
    case_no: CaseNo
    title: str = Field(description="事项", examples=["残疾人重度护理补贴"])
    unit: UnitCode
    stage: Stage
    category: Category | None
    outcome: Ending | None
    measures: list[MeasureKind] = Field(description="采取的便民措施")
    basis: list[str] = Field(description="依据", examples=[["某办法第三条"]])
    how: str | None = Field(description="怎么办的；无权查看该案的为空", examples=["核对后恢复发放"])
    resolved_at: Instant
    answer: SuggestionAnswer | None = Field(description="本案如何处理这条建议；还没有处理的为空")


Suggestion = SuggestedSolution | SuggestedCase
"""办法建议."""
