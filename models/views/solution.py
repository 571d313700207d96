"""一类事: the solutions of a district, each whole or in short, and laws that were amended."""

from typing import Annotated

from pydantic import Field

from models.codes import AssignmentRole, Decision, Position, SolutionStage
from models.views.base import CaseNo, Day, Instant, UnitCode, Username, View, absent
from models.views.case_brief import CaseBrief
from models.views.ledger import CommandOffer

SolutionNo = Annotated[str, Field(description="一类事编号", examples=["110105-20260803-Y001"])]
NoticeNo = Annotated[str, Field(description="工作提示文号", examples=["110105-20260803-Y001-V1"])]
Title = Annotated[str, Field(description="名称", examples=["出租房屋备案视频核验"])]
AppliesTo = Annotated[str, Field(description="适用情形", examples=["房主不能到场的租赁备案"])]
Steps = Annotated[list[str], Field(description="步骤", examples=[["视频核验身份", "当场备案"]])]
Materials = Annotated[list[str], Field(description="材料", examples=[["租赁合同"]])]
LegalBasis = Annotated[list[str], Field(description="依据", examples=[["商品房屋租赁管理办法第十四条"]])]
WorkingDays = Annotated[int | None, Field(description="适用后的期限（工作日）；不填即按案件期限", examples=[3])]


class SolutionTask(View):
    """What a department is given when the solution is applied (交办)."""

    unit: UnitCode
    role: AssignmentRole
    task: str = Field(description="交办内容", examples=["视频核验房主身份"])
    working_days: int | None = Field(description="期限（工作日）；空为三个工作日", examples=[2])


class SolutionContent(View):
    """The words of a solution (办法)."""

    title: Title
    applies_to: AppliesTo
    steps: Steps
    materials: Materials
    legal_basis: LegalBasis
    tasks: list[SolutionTask] = Field(description="适用时向部门交办什么；空即窗口办结")
    working_days: WorkingDays


class SolutionBrief(View):
    """A solution in a list (一类事概要): the words in force, else the draft."""

    id: SolutionNo
    district: str = Field(description="地区代码", examples=["xuanwu"])
    stage: SolutionStage
    case_no: CaseNo | None = Field(description="由哪件案而来；直接起草的为空")
    title: Title
    applies_to: AppliesTo
    steps: Steps
    materials: Materials
    legal_basis: LegalBasis
    tasks: list[SolutionTask] = Field(description="适用时向部门交办什么；空即窗口办结")
    working_days: WorkingDays
    version: int | None = Field(description="生效的第几版；没有生效的为空，以下四项同", examples=[1])
    no: NoticeNo | None
    valid_from: Day | None
    valid_until: Day | None = Field(description="有效期至；空为长期")
    published_at: Instant | None
    adopted_by: list[UnitCode] = Field(description="采用的窗口")
    overdue: bool = Field(description="征求意见或效果评估有逾期", examples=[False])
    reused: int = Field(description="用过几件", examples=[12])
    beneficiaries: int = Field(description="受益几人（户）", examples=[11])


class ConsentView(View):
    """What a department has said of the words (部门意见)."""

    at: Instant
    by: Username
    opinion: str | None = absent("理由和修改意见", examples=["请补充租赁合同"])
    position: Position


class LegalityReview(View):
    """What came of the legality review (合法性审核)."""

    at: Instant
    by: Username
    reason: str | None = absent("不通过的理由", examples=["缺少依据"])
    decision: Decision


class SolutionVersion(View):
    """A version as it was published (工作提示): its words do not change any more."""

    version: int = Field(description="第几版", examples=[1])
    no: NoticeNo
    content: SolutionContent
    valid_from: Day
    valid_until: Day | None = Field(description="有效期至；空为长期")
    published_at: str = Field(
        description="发布时刻", examples=["2026-08-03T09:00:00+08:00"], json_schema_extra={"format": "date-time"}
    )
    published_by: Username


class Adoption(View):
    """A window that works by it (采用)."""

    at: Instant
    by: Username
    unit: UnitCode


class Reading(View):
    """Who has read which version (阅知)."""

    at: Instant
    by: Username
    no: NoticeNo
    unit: UnitCode


class Stretch(View):
    """Cases of the solution's matters in a stretch of time (一段时间内的同类案件)."""

    cases: int = Field(description="来件", examples=[9])
    resolved: int = Field(description="其中办结", examples=[8])
    median_days: float | None = Field(description="办结用时的中位数（天）", examples=[2.5])


class Effect(View):
    """What the solution changed (成效): as long before it was published as after."""

    days: float = Field(description="前后各看多少天", examples=[90.0])
    before: Stretch
    after: Stretch


class EffectThen(View):
    """The effect as it stood when it was reviewed (评估当时的成效)."""

    days: float = Field(description="前后各看多少天", examples=[90.0])
    after: Stretch
    before: Stretch


class EffectReview(View):
    """What a review after a quarter found (效果评估)."""

    at: Instant
    by: Username
    text: str = Field(description="评估结论", examples=["来件减少，继续执行"])
    renew: bool = Field(description="继续执行，否则废止", examples=[True])
    figures: EffectThen | None = absent("评估当时的成效")
    valid_until: Day | None = absent("改定的有效期")


class SolutionLimit(View):
    """A limit that runs (时限)."""

    kind: str = Field(description="consent 征求意见、effect 效果评估、validity 有效期", examples=["consent"])
    unit: UnitCode = Field(description="由谁在期限内办")
    due_at: Instant


CONSENTS = {"xw-zj": {"at": "2026-08-03T09:00:00.000000+08:00", "by": "xw-zj.liaison", "position": "agree"}}


class SolutionView(SolutionBrief):
    """A solution whole, with what its reader may do (一类事)."""

    draft: SolutionContent | None = Field(description="正在修改的稿子")
    authors: list[Username] = Field(description="起草这一稿的人")
    consultation_id: str | None = Field(description="由哪次会商而来", examples=["c1"])
    consents: dict[str, ConsentView | None] = Field(
        description="各部门的意见，以单位代码为名；空为还没有回复", examples=[CONSENTS]
    )
    review: LegalityReview | None
    versions: list[SolutionVersion] = Field(description="发布过的各版")
    adoptions: list[Adoption]
    readings: list[Reading]
    unread_by: list[UnitCode] = Field(description="还没有人阅知现行版的单位")
    effect: Effect | None = Field(description="首次发布以来的成效；没有发布过的为空")
    effects: list[EffectReview] = Field(description="历次效果评估")
    suspended_for: str | None = Field(description="为什么暂停", examples=["依据已修改"])
    retired_for: str | None = Field(description="为什么废止", examples=[None])
    limits: list[SolutionLimit]
    commands: list[CommandOffer]
    ledger_length: int = Field(description="台账条数", examples=[4])
    ledger_head: str = Field(description="台账末条的摘要", examples=["9f86d081884c7d65"])


class AmendedBasis(View):
    """A law or policy that does not hold any more as it was cited (依据修改)."""

    id: int = Field(description="编号", examples=[1])
    district: str = Field(description="地区代码", examples=["xuanwu"])
    citation: str = Field(description="依据的名称或条款", examples=["商品房屋租赁管理办法第十四条"])
    why: str = Field(description="怎么改的", examples=["2026年8月1日起废止"])
    by: Username
    at: Instant


class AmendedBasisView(AmendedBasis):
    """An amendment, with what rests on the basis (依据修改及其影响)."""

    suspended: list[SolutionNo] = Field(description="因它暂停的一类事")
    refused: list[CaseBrief] = Field(description="曾据此答复不能办的案件")
