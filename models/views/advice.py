"""咨询: questions that were answered at the counter."""

from pydantic import Field

from models.views.base import CaseNo, Instant, UnitCode, Username, View


class AdviceView(View):
    """A question that was answered at once (当场咨询)."""

    advice_no: str = Field(description="咨询编号", examples=["320102-20260803-Z0001"])
    unit: UnitCode
    matter: str = Field(description="事项", examples=["居住证办理"])
    question: str = Field(description="问了什么", examples=["需要哪些材料？"])
    answer: str = Field(description="怎样答复", examples=["身份证和租赁合同。"])
    basis: str = Field(description="依据；没有写明的为空文字", examples=["居住证暂行条例第九条"])
    case_no: CaseNo | None = Field(description="转成的案件；没有转的为空")
    at: Instant
    by: Username


class AdviceList(View):
    """Consultations, and how many there are (咨询列表与计数)."""

    items: list[AdviceView]
    count: int = Field(description="共几次", examples=[354])
