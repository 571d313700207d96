"""否定报备: every no that was said in a month."""

from pydantic import Field

from models.codes import RefusalKind, ReviewDecision, Stage
from models.views.base import CaseNo, Instant, Month, UnitCode, Username, View


class RefusalLine(View):
    """A no that was said (否定答复)."""

    case_no: CaseNo
    holder: UnitCode = Field(description="承办窗口")
    matter: str = Field(description="事项", examples=["房屋租赁备案"])
    stage: Stage
    kind: RefusalKind
    title: str = Field(description="种类的名称", examples=["不予受理"])
    seq: int = Field(description="本案台账第几条", examples=[4])
    unit: str = Field(description="谁说的：单位代码", examples=["xs-zj"])
    by: list[Username] = Field(description="谁说的：经办人，及其所代理的人")
    at: Instant
    basis: list[str] = Field(description="依据", examples=[["《信访工作条例》第二十二条"]])
    assignment_id: str | None = Field(description="部门反馈的，为哪一次交办", examples=["a1"])
    review: ReviewDecision | None = Field(description="复核结论；没有复核的为空")


class Refusals(View):
    """A month's list and counts (否定报备)."""

    month: Month
    items: list[RefusalLine]
    counts: dict[RefusalKind, int] = Field(
        description="各种类的件数", examples=[{"decline": 1, "explanation": 2, "reply": 0}]
    )
    overturned: int = Field(description="已推翻", examples=[0])
