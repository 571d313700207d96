"""案件列表: a case in a list, and a case that is likely the same."""

from pydantic import Field

from models.codes import Category, Channel, RequestType, Stage
from models.views.base import CaseNo, Instant, UnitCode, View
from models.views.people import PersonView


class CaseLine(View):
    """A case in a list (列表中的案件)."""

    case_no: CaseNo
    stage: Stage
    category: Category | None = Field(description="诊断之前为空")
    request_type: RequestType
    channel: Channel
    unit: UnitCode
    matter: str = Field(description="事项名称", examples=["残疾人重度护理补贴"])
    applicant: PersonView | None = Field(description="脱敏；走访收集、没有反映人的为空")
    registered_at: Instant
    due_at: Instant | None = Field(description="答复期限；停表期间为空")
    overdue: bool = Field(description="是否超期", examples=[False])
    departments: list[UnitCode]
    timeline_length: int = Field(description="案件台账有多少条", examples=[3])


class LikelyDuplicate(View):
    """A case of the same person and matter (疑似重复)."""

    case_no: CaseNo
    stage: Stage
    unit: UnitCode
