"""台账所记: what people wrote about a case, as its entries keep it and its view passes it on.

Members stand in the order in which the register (jsonb) gives them back: by the length of their names, then by letters.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from models.codes import (
    Category,
    Cause,
    Check,
    Decision,
    Issue,
    LookBackMethod,
    LookBackResult,
    MeasureKind,
    SuggestionUse,
)
from models.views.base import CaseNo, Instant, UnitCode, Username, View, absent


class Kept(View):
    """Words of an entry. An entry stays for ever, so what another release wrote beside them is passed on too."""

    model_config = ConfigDict(extra="allow")


class MatterView(Kept):
    """The matter (事项)."""

    code: str | None = absent("事项编码", examples=["000114009000"])
    name: str = Field(description="事项名称", examples=["残疾人重度护理补贴"])


class RefusedBy(Kept):
    """Who refused before, and with which words (原承办单位)."""

    unit: str = Field(description="原承办单位，单位名称或代码", examples=["某街道服务窗口"])
    staff: str | None = absent("经办人", examples=["某工作人员"])
    reason_given: str = Field(description="当时的答复", examples=["系统里没有您的信息"])


class KeyMaterial(Kept):
    """A key material that is missing (关键材料)."""

    name: str = Field(description="材料名称", examples=["残疾等级评定表"])
    how_to_obtain: str = Field(description="获取办法", examples=["到区残联申请评定"])


class PrerequisiteView(Kept):
    """One office's demand: this matter at this unit requires that other one first (前置条件)."""

    unit: UnitCode
    matter: str = Field(description="要办的事项", examples=["营业执照"])
    requires: str = Field(description="须先办的事项", examples=["消防验收"])


class DiagnosisView(Kept):
    """The diagnosis in force (分类诊断); empty before the first. What was not said is left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "causes": ["process"],
                    "reason": "本人不能到场",
                    "category": "difficult",
                    "measures": ["home_visit"],
                    "obstacles": ["本人不能到场"],
                    "due_before": "2026-08-10T17:00:00.000000+08:00",
                    "limit_working_days": 5,
                }
            ]
        }
    )

    issue: Issue | None = absent("争议类型")
    causes: list[Cause] | None = absent("原因")
    reason: str | None = absent("诊断理由", examples=["本人不能到场"])
    complex: bool | None = absent("是否特别复杂", examples=[True])
    category: Category | None = absent("类别")
    measures: list[MeasureKind] | None = absent("拟采取的便民措施")
    dead_loop: list[PrerequisiteView] | None = absent("互为前置的各项")
    obstacles: list[str] | None = absent("障碍", examples=[["本人不能到场"]])
    acting_for: Username | None = absent("以何人的代理身份办理")
    due_before: Instant | None = absent("诊断之前的答复期限")
    departments: list[UnitCode] | None = absent("涉及的部门")
    legal_basis: list[str] | None = absent("法律依据", examples=[["《行政许可法》第三十二条"]])
    why_changed: str | None = absent("改变原诊断的理由", examples=["查明新情况"])
    prerequisites: list[PrerequisiteView] | None = absent("前置条件")
    dead_loop_told: str | None = absent("死循环的说明", examples=["甲要先有乙，乙要先有甲——互为前置，无法起步"])
    missing_materials: list[str] | None = absent("缺少的非关键材料", examples=[["复印件"]])
    limit_working_days: int | None = absent("答复时限，工作日", examples=[5])
    missing_key_materials: list[KeyMaterial] | None = absent("缺少的关键材料")


class AskedMaterial(Kept):
    """One paper that was asked for (补正材料)."""

    why: str = Field(description="为什么要", examples=["核对身份"])
    name: str = Field(description="材料名称", examples=["户籍证明"])
    how_to_obtain: str = Field(description="获取办法", examples=["到派出所开具"])


class SeatAttendance(Kept):
    """Who came for a department (到会)."""

    unit: UnitCode
    people: list[str] = Field(examples=[["某科长"]])


class Countersignature(Kept):
    """A department's signature under the minutes (会签)."""

    at: Instant
    by: Username
    unit: UnitCode
    reservation: str | None = absent("保留意见", examples=["时限偏紧"])


class CheckFinding(Kept):
    """What supervision found at a link, or a rule saw there (三查发现、迹象)."""

    code: str | None = absent("发现代码 A1 至 C2", examples=["A2"])
    rule: str | None = absent("由哪条疑点规则看出；监督人员写的没有", examples=["late_answer"])
    check: Check
    detail: str = Field(description="事实", examples=["两次退回"])
    issued_by: str | None = absent("制定机关，单位代码或名称", examples=["某局"])


class EvaluationView(Kept):
    """What the applicant says of it (评价)."""

    round: int = Field(description="第几次评价；整改之后还有一次", examples=[1])
    score: int = Field(description="1 至 5 分", examples=[5])
    comment: str | None = Field(description="评语；没有写的为空", examples=["态度很好"])


class LookBackView(Kept):
    """A look back (回头看)."""

    at: Instant
    facts: str = Field(description="核查情况", examples=["补贴已到账"])
    method: LookBackMethod
    result: LookBackResult


class CasePublication(Kept):
    """What was made public of a look-back (通报)."""

    at: Instant
    by: UnitCode
    text: str = Field(description="内容", examples=["材料齐全而事未办成，已责令整改。"])
    title: str = Field(description="标题", examples=["关于一起纸面整改的通报"])
    acting_for: Username | None = absent("以何人的代理身份办理")


class DifferenceView(Kept):
    """Why the case ended otherwise than another of its kind (差异说明)."""

    at: Instant
    by: Username
    other: CaseNo
    reason: str = Field(description="不同在哪里", examples=["户籍所在地不同，适用的补贴标准不同"])
    acting_for: Username | None = absent("以何人的代理身份办理")


class OwnerView(Kept):
    """Whom the lead named as competent (指定承办部门)."""

    unit: UnitCode
    basis: list[str] = Field(description="依据", examples=[["职责清单第五项"]])
    reason: str = Field(description="理由", examples=["事项主要属该部门职责"])
    acting_for: Username | None = absent("以何人的代理身份办理")


class SpecialistView(Kept):
    """The expert named on the case (专员)."""

    skill: str = Field(description="专长", examples=["不动产登记"])
    username: Username
    acting_for: Username | None = absent("以何人的代理身份办理")


class AlternativeView(Kept):
    """Another lawful way, and the word of the legality review on it (另辟路径)."""

    by: Username
    id: str = Field(description="编号", examples=["p1"])
    path: str = Field(description="途径", examples=["改办特殊工时审批"])
    unit: UnitCode
    people: list[Username] = Field(description="提出的人；不能审核自己的方案")
    reason: str = Field(description="为什么可行", examples=["同样达到目的，且有依据"])
    ruling: str | None = absent("审核意见", examples=["依据充分"])
    decision: Decision | None = Field(description="合法性审核；还没有审核的为空")
    ruled_at: Instant | None = absent("何时审核")
    ruled_by: Username | None = absent("谁审核")
    acting_for: Username | None = absent("以何人的代理身份办理")
    legal_basis: list[str] = Field(description="法律依据", examples=[["《劳动法》第三十九条"]])


class FollowUpReview(Kept):
    """A review of what is on the follow-up list (挂账复核)."""

    at: Instant
    by: Username
    progress: str = Field(description="进展", examples=["上级已受理建议"])


class SuggestionAnswer(Kept):
    """What became of a suggestion (建议采用情况)."""

    at: Instant
    by: Username
    ref: str = Field(description="案件或一类事的编号", examples=["110105-20260701-0003"])
    unit: UnitCode | None = absent("适用它的单位")
    reason: str | None = absent("为什么不适用", examples=["情形不同"])
    decision: SuggestionUse
    acting_for: Username | None = absent("以何人的代理身份办理")


class OwnLink(Kept):
    """A case that this one names (关联)."""

    kind: Literal["related", "duplicate", "follows"]
    case_no: CaseNo


class DeviationView(Kept):
    """A step of a solution that was done otherwise here (偏离)."""

    why: str = Field(description="为什么", examples=["已先行恢复发放"])
    step: int = Field(description="第几步，从 1 起", examples=[2])
