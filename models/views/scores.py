"""考核: tiers of a month, the points behind them, and what was said against a point."""

from typing import Literal

from pydantic import Field

from models.scores import Standing
from models.views.base import CaseNo, Instant, Month, UnitCode, Username, View

SubjectKind = Literal["department", "window", "person"]


class Tier(View):
    """A subject's tier of a month (分档)."""

    kind: SubjectKind = Field(description="部门、窗口、人员")
    subject: str = Field(description="单位代码，或账号", examples=["xw-sc"])
    tasks: int = Field(description="当月任务数", examples=[6])
    tier: str | None = Field(description="good 优、fair 良、weak 中、poor 差；任务太少的为空", examples=["good"])
    title: str = Field(examples=["优"])
    credits: int = Field(description="加分", examples=[3])
    deductions: int = Field(description="扣分，负数", examples=[-2])
    contested: int = Field(description="待说明、待裁定的条数", examples=[1])
    waived: int = Field(description="不予记入的条数", examples=[0])


class Tiers(View):
    """The tiers of a month (分档表)."""

    month: Month
    items: list[Tier]


class Contest(View):
    """What was said of a point (说明、裁定、申诉)."""

    act: Literal["explain", "rule", "appeal", "rule_appeal"]
    at: Instant
    by: Username
    unit: UnitCode
    text: str = Field(examples=["当日系统停机，已附机房证明"])
    waives: bool | None = Field(description="裁定是否不予记入；不是裁定的为空")


class Point(View):
    """A point, the entry that earned it, and where it stands (记分)."""

    id: int = Field(examples=[81])
    case_no: CaseNo
    seq: int = Field(description="本案台账第几条", examples=[9])
    rule: str = Field(description="记分办法的哪一条", examples=["late_task"])
    kind: SubjectKind = Field(description="部门、窗口、人员")
    subject: str = Field(description="单位代码，或账号", examples=["xw-sc"])
    unit: UnitCode
    value: int = Field(description="分值，扣分为负", examples=[-2])
    title: str = Field(examples=["交办逾期"])
    source: str = Field(description="依据", examples=["《玄武》一文：超出时限的相应扣分"])
    at: Instant
    state: Standing
    state_title: str = Field(examples=["待说明"])
    explain_until: Instant | None = Field(description="可以说明到何时；不在说明期的为空")
    contests: list[Contest]


class Points(View):
    """The points of a month that their reader may see (记分表)."""

    month: Month
    items: list[Point]
