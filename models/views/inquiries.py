"""责任倒查: an inquiry as supervisors and auditors read it in the case's view. Nobody else learns that there is one."""

from typing import Any

from pydantic import Field

from models.codes import Check, Conduct, Hole, InquiryStage, Measure, ReviewDecision
from models.views.base import UnitCode, View, absent
from models.views.kept import Kept


class RespondentView(View):
    """Who is inquired into (被倒查对象): a unit, or somebody in it."""

    unit: UnitCode
    staff: str | None = absent("人员", examples=["某科员"])


class RemedyView(Kept):
    """What has to be made good (补救)."""

    unit: UnitCode
    what: str = Field(description="补救什么", examples=["补发停发的补贴"])
    working_days: int = Field(description="期限，工作日", examples=[5])


class ExemptionView(Kept):
    """A joint decision that went wrong in good faith (容错免责)."""

    ground: str = Field(description="免责理由", examples=["先行先试，程序完备"])
    shares: list[dict[str, Any]] = Field(
        description="责任共担：各部门 unit 及其 share（百分比或文字），可另有说明",
        examples=[[{"unit": "xs-mz", "share": 60.0}]],
    )


class HoleView(Kept):
    """What let it happen (漏洞)."""

    kind: Hole
    unit: UnitCode
    what: str = Field(description="什么漏洞", examples=["停发不告知"])
    working_days: int | None = absent("堵塞期限，工作日", examples=[10])


class AppealView(Kept):
    """An appeal against the finding (申诉)."""

    unit: UnitCode
    reason: str | None = absent("裁定理由", examples=["核查无误"])
    grounds: str = Field(description="申诉理由", examples=["事实有出入"])
    decision: ReviewDecision | None = absent("裁定；还没有裁定的没有")


class InquiryView(View):
    """An inquiry into who is responsible (责任倒查)."""

    id: str = Field(description="编号", examples=["Dq3vN8kLmPz1"])
    state: InquiryStage
    respondents: list[RespondentView]
    allegation: str = Field(description="反映的问题", examples=["两次推诿"])
    conduct: Conduct | None = Field(description="情形；没有写明的为空")
    handed_over: bool = Field(description="吃拿卡要，直接移送纪检监察", examples=[False])
    check: Check | None = Field(description="三查；认定之前为空")
    code: str | None = Field(description="发现代码 A1 至 C2；没有的为空", examples=["A1"])
    substantiated: bool | None = Field(description="是否查实；认定之前为空", examples=[True])
    facts: str | None = Field(description="查明的事实；认定之前为空", examples=["属实"])
    measure: Measure | None = Field(description="处理；没有的为空")
    proposal: bool = Field(description="辞退只是建议，由人决定", examples=[False])
    decision_no: str | None = Field(description="处理文号；没有的为空", examples=["处〔2026〕1号"])
    remedy: RemedyView | None
    exempt: ExemptionView | None
    hole: HoleView | None
    appeal: AppealView | None


class AppealReceived(View):
    """What the respondent's unit is told of its appeal (申诉已收): nothing of the case."""

    inquiry_id: str = Field(description="倒查编号", examples=["Dq3vN8kLmPz1"])
    state: InquiryStage
