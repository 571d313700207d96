"""案件视图: the case as staff read it (contract.md, The view)."""

from pydantic import Field

from models.codes import Category, Cause, Channel, Level, RequestType, Stage
from models.views.base import CaseNo, Instant, UnitCode, Username, View, absent
from models.views.course import (
    ArrivalView,
    ClockView,
    Ending,
    GroupView,
    HeldSpan,
    LateHolder,
    LimitView,
    LinkFromThere,
    StampView,
)
from models.views.files import AttachmentView, DocumentView
from models.views.handling import (
    AppliedSolution,
    AssignmentView,
    ConsultationView,
    DraftedSolution,
    FollowUpView,
    MaterialsView,
    ObligationView,
)
from models.views.inquiries import InquiryView
from models.views.kept import (
    AlternativeView,
    CasePublication,
    DiagnosisView,
    DifferenceView,
    EvaluationView,
    LookBackView,
    MatterView,
    OwnerView,
    OwnLink,
    PrerequisiteView,
    RefusedBy,
    SpecialistView,
)
from models.views.listing import LikelyDuplicate
from models.views.people import PersonView, ProxyView
from models.views.suggestions import Suggestion
from models.views.watched import (
    CardView,
    CaseRefusal,
    CheckpointView,
    RectificationView,
    SupervisionView,
    ThreeCheck,
)


class CaseView(View):
    """A case (案件), masked for who need not know whose it is."""

    case_no: CaseNo
    profile: str = Field(description="地区的政策档", examples=["xiaoshan"])
    profile_version: int = Field(description="政策档版本", examples=[2])
    stage: Stage
    category: Category | None = Field(description="诊断之前为空")
    categories_before: list[Category] = Field(description="先前的诊断，由早到晚")
    request_type: RequestType
    channel: Channel
    unit: UnitCode
    level: Level
    pending_transfer: UnitCode | None = Field(description="正转往哪个窗口、等待接收；没有的为空")
    first_receiver: Username
    first_receiver_deputy: Username | None = Field(description="首接代理；没有的为空")
    arrivals: list[ArrivalView]
    holders: list[HeldSpan]
    held_late: list[LateHolder]
    applicant: PersonView | None = Field(description="走访收集、没有反映人的为空")
    proxy: ProxyView | None
    sensitive: list[str] = Field(description="须特别留意之处", examples=[["老年人"]])
    matter: MatterView
    narrative: str = Field(description="反映内容", examples=["只领了两个月就没有了。"])
    refused_by: RefusedBy | None
    diagnosis: DiagnosisView
    causes: list[Cause]
    complex: bool = Field(description="是否特别复杂", examples=[False])
    dead_loop: list[PrerequisiteView] = Field(description="互为前置的各项")
    dead_loop_told: str | None = Field(description="死循环的说明；没有的为空", examples=[None])
    group: GroupView
    stamped: bool = Field(description="是否已盖办NO.成事印章", examples=[True])
    stamp_no: str | None = Field(
        description="现行印章编号；没有盖章的为空", examples=["办NO.成事〔2026〕110105-20260803-0001号"]
    )
    stamps: list[StampView]
    source: dict[str, str] | None = Field(
        description="来源：对方系统的渠道和编号，或导入批次和行号；窗口登记的为空",
        examples=[{"channel": "hotline", "source_id": "12345-20260803-0017"}],
    )
    first_contact_at: Instant | None
    registered_at: Instant | None
    accepted_at: Instant | None
    resolved_at: Instant | None
    archived_at: Instant | None
    outcome: Ending | None = Field(description="结果；还没有的为空")
    merged_into: CaseNo | None = Field(description="并入哪一件；没有并案的为空")
    clock: ClockView
    limits: list[LimitView]
    assignments: list[AssignmentView]
    consultations: list[ConsultationView]
    obligations: list[ObligationView]
    supervisions: list[SupervisionView]
    checkpoints: list[CheckpointView]
    three_checks: list[ThreeCheck]
    refusals: list[CaseRefusal]
    cards: list[CardView]
    materials: MaterialsView | None
    evaluation: EvaluationView | None
    rectification: RectificationView | None
    look_backs: list[LookBackView]
    look_back_due: bool = Field(description="该回头看了", examples=[False])
    publications: list[CasePublication]
    solutions: list[DraftedSolution | AppliedSolution] = Field(description="由本案提出的，和本案适用的一类事")
    differences: list[DifferenceView]
    follow_up: FollowUpView | None
    owner: OwnerView | None
    specialist: SpecialistView | None
    alternatives: list[AlternativeView]
    suggestions: list[Suggestion] = Field(description="这类事以前是怎样办的；办结之后没有")
    documents: list[DocumentView]
    attachments: list[AttachmentView] = Field(description="本人可以打开的附件")
    links: list[OwnLink | LinkFromThere] = Field(description="本案关联的，和关联、并入本案的")
    timeline_length: int = Field(description="本人可见的台账有多少条", examples=[3])
    ledger_head: str = Field(description="台账末条的哈希，也是 ETag", examples=["6b86b273ff34fce19d6b804eff5a3f57"])
    inquiries: list[InquiryView] | None = absent("责任倒查；只有监督和审计可见")


class RegisteredCase(CaseView):
    """A case that was just registered (登记结果)."""

    query_code: str = Field(description="查询码，交给反映人", examples=["K7M2Q9TX"])
    duplicates: list[LikelyDuplicate] = Field(description="疑似重复的案件，只作提示")
