"""群众端: the case as its applicant reads it, and who has looked at it. Nothing of supervision or inquiry."""

from pydantic import Field

from models.codes import Category, Channel, Level, RequestType, Stage
from models.views.base import CaseNo, Instant, UnitCode, View
from models.views.course import ClockView, Ending
from models.views.files import AttachmentView, DocumentView
from models.views.handling import MaterialsView
from models.views.kept import EvaluationView, MatterView
from models.views.watched import RectificationView


class CitizenView(View):
    """A case (案件): where it is, with whom, until when."""

    case_no: CaseNo
    stage: Stage
    outcome: Ending | None = Field(description="结果；还没有的为空")
    category: Category | None = Field(description="诊断之前为空")
    request_type: RequestType
    channel: Channel
    unit: UnitCode
    level: Level
    matter: MatterView
    stamped: bool = Field(description="是否已盖办NO.成事印章", examples=[True])
    stamp_no: str | None = Field(
        description="现行印章编号；没有盖章的为空", examples=["办NO.成事〔2026〕110105-20260803-0001号"]
    )
    registered_at: Instant | None
    accepted_at: Instant | None
    resolved_at: Instant | None
    archived_at: Instant | None
    clock: ClockView
    materials: MaterialsView | None
    evaluation: EvaluationView | None
    rectification: RectificationView | None
    documents: list[DocumentView] = Field(description="向反映人出具的文书")
    attachments: list[AttachmentView] = Field(description="反映人提交的，和给反映人看的附件")


class Look(View):
    """Somebody looked at the case (谁看过)."""

    at: Instant
    role: str = Field(description="岗位", examples=["窗口工作人员"])
    unit: str = Field(description="单位名称", examples=["萧山区政务服务中心"])
    what: str = Field(description="看了什么", examples=["查看案件"])
