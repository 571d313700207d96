"""案件的办理: what is done in a case: tasks, consultations, promises, materials, solutions, follow-up."""

from typing import Any, Literal

from pydantic import Field

from models.case.delivery import DeliveryState
from models.case.parts import Extension, Opinion
from models.codes import (
    AssignmentRole,
    AssignmentState,
    ConsultationKind,
    ConsultationState,
    ObligationKind,
    ObligationState,
    Resolution,
    SolutionStage,
)
from models.views.base import Instant, UnitCode, Username, View, absent
from models.views.kept import (
    AskedMaterial,
    Countersignature,
    DeviationView,
    FollowUpReview,
    Kept,
    SeatAttendance,
)


class AssignmentView(View):
    """A task given to a department (交办)."""

    id: str = Field(description="编号", examples=["a1"])
    unit: UnitCode
    role: AssignmentRole
    task: str = Field(description="任务", examples=["核实补贴停发原因并恢复发放"])
    state: AssignmentState
    due_at: Instant
    outside_duties: bool = Field(description="是否清单外交办", examples=[False])
    overdue: bool = Field(examples=[False])
    result: str | None = Field(description="反馈：done、cannot、needs_meeting；还没有反馈的为空", examples=["done"])
    delivery: DeliveryState | None = Field(description="部门系统是否收到；没有系统或尚未收到的为空")
    extensions: list[Extension] = Field(description="延期申请")


class ConsultationView(View):
    """One round of a consultation or joint meeting (会诊、联席会议)."""

    id: str = Field(description="编号", examples=["c1"])
    kind: ConsultationKind
    round: int = Field(description="第几轮", examples=[1])
    departments: list[UnitCode]
    question: str = Field(description="议题", examples=["由谁恢复发放"])
    complex: bool = Field(description="是否特别复杂", examples=[False])
    convened_by: str = Field(description="召集单位代码；按规定自动召集的为空文本", examples=["xs-sgb"])
    why: str = Field(description="自动召集或延长时限的理由；没有的为空文本", examples=[""])
    days: int = Field(description="意见时限，工作日", examples=[5])
    place: str | None = Field(description="地点；书面会诊的为空", examples=["三楼会议室"])
    meets_at: str | None = Field(description="时间；书面会诊的为空", examples=["2026-08-06T14:00:00+08:00"])
    state: ConsultationState
    overdue: bool = Field(examples=[False])
    opinions: list[Opinion]
    attendance: list[SeatAttendance]
    resolution: Resolution | None = Field(description="结论；还没有的为空")
    minutes: str | None = Field(description="纪要；还没有的为空", examples=["由民政牵头恢复发放"])
    root_cause: list[str] = Field(description="溯因", examples=[["process"]])
    shares: list[dict[str, Any]] = Field(
        description="责任共担：各部门 unit 及其 share（百分比或文字），可另有说明",
        examples=[[{"unit": "xs-mz", "share": 60.0}]],
    )
    signatures: list[Countersignature]
    opened_at: Instant
    due_at: Instant


class ObligationView(View):
    """What somebody still owes after the case goes on (承诺与容缺)."""

    id: str = Field(description="编号", examples=["o1"])
    kind: ObligationKind
    unit: str = Field(description="承担单位代码；由反映人承担的为空文本", examples=["xs-mz"])
    what: str = Field(description="内容", examples=["补交复印件"])
    state: ObligationState
    due_at: Instant


class MaterialsView(View):
    """The one request for materials (一次性补正)."""

    items: list[AskedMaterial]
    asked_at: Instant
    due_at: Instant | None = Field(description="补正期限；已经补正或期满的为空")
    expired: bool = Field(examples=[False])
    submitted: bool = Field(examples=[False])


class DraftedSolution(Kept):
    """A rule for the next person that grew from this case (提出的一类事)."""

    at: Instant
    by: Username
    id: str = Field(description="编号", examples=["110105-20260803-0001-Y1"])
    unit: UnitCode
    state: SolutionStage
    steps: list[str] = Field(description="步骤", examples=[["核对停发原因", "恢复发放"]])
    title: str = Field(description="名称", examples=["补贴停发先恢复"])
    materials: list[str] = Field(description="材料", examples=[["身份证"]])
    acting_for: Username | None = absent("以何人的代理身份办理")
    applies_to: str = Field(description="适用事项", examples=["补贴停发"])
    legal_basis: list[str] = Field(description="依据", examples=[["某办法第三条"]])
    consultation_id: str | None = absent("出自哪一次会诊", examples=["c1"])


class AppliedSolution(Kept):
    """A solution that was carried out in this case, in the version of then (适用的一类事)."""

    at: Instant
    by: Username
    no: str = Field(description="版本编号", examples=["110105-20260701-0003-Y1-V1"])
    unit: UnitCode
    title: str = Field(description="名称", examples=["补贴停发先恢复"])
    version: int = Field(description="第几版", examples=[1])
    deviations: list[DeviationView]
    solution_id: str = Field(description="一类事编号", examples=["110105-20260701-0003-Y1"])
    id: str = Field(description="同 solution_id", examples=["110105-20260701-0003-Y1"])
    state: Literal["applied"]


class FollowUpView(View):
    """What was reported upwards and stays on the list (挂账)."""

    report: str = Field(description="工作建议", examples=["建议明确补贴停发的告知程序"])
    to: str = Field(description="报给谁，单位代码或名称", examples=["上级主管部门"])
    reply: str | None = Field(description="上级答复；还没有的为空", examples=["同意，下月起执行"])
    reviews: list[FollowUpReview]
    closed: bool = Field(description="是否销账", examples=[False])
    reported_at: Instant
    reply_due_at: Instant
