"""月度分析: the analyses of a district, the cases behind their figures, and the views from before and outside."""

from typing import Annotated, Any, Literal

from pydantic import Field

from models.codes import Category, Cause, Outcome
from models.views.base import CaseNo, Day, Instant, Month, UnitCode, Username, View, absent
from models.views.case_brief import CaseBrief
from models.views.ledger import CommandOffer

District = Annotated[str, Field(description="地区代码", examples=["xuanwu"])]
FigureName = Annotated[
    str, Field(description="数字的名称，如 registered、by_cause.process、departments.xw-zj", examples=["registered"])
]
Count = Annotated[int, Field(description="件数", examples=[12])]


class ReportBrief(View):
    """An analysis in a list (历次月度分析)."""

    district: District
    month: Month
    final: bool = Field(description="是否已定稿", examples=[True])
    overdue: bool = Field(description="定稿是否逾期", examples=[False])
    drawn_at: Instant


class ProminentView(View):
    """A matter, window or situation that stood out, and why (最突出的事项、窗口、情形)."""

    kind: Literal["matter", "window", "situation"] = Field(description="事项、窗口、情形")
    what: str = Field(description="事项名称、窗口代码，或“类别/成因”", examples=["房屋租赁备案"])
    cases: Count
    share: float | None = Field(description="占本月登记的百分比", examples=[25.0])
    cause: str | None = Field(description="查明的原因；还没有填写的为空", examples=["两头跑"])
    by: Username | None = Field(description="谁填写的")


class SampledView(View):
    """A case whose cause is coded twice (双人编码的样本)."""

    case_no: CaseNo
    coded: bool = Field(description="是否已复核编码", examples=[True])
    first: Cause | None = Field(description="首次编码；定稿前不显示")


class Agreement(View):
    """How far two people code alike (一致率)."""

    coded: Count
    agreed: float | None = Field(description="一致的百分比；还没有复核的为空", examples=[96.5])
    kappa: float | None = Field(description="Cohen κ；样本不足的为空", examples=[0.91])


class ReportView(View):
    """A month's analysis, frozen or as far as it has come (月度分析)."""

    district: District
    month: Month
    state: Literal["preview", "drawn", "final"] = Field(description="未冻结、已汇总待定稿、已定稿")
    formulas: int = Field(description="公式第几版", examples=[3])
    figures: dict[str, Any] = Field(
        description="数字，以名称为名：单项、比率（百分比，没有可算的为空）、分项、部门和窗口、累计、趋势；随公式版本而不同",
        examples=[{"registered": 12, "response_rate": 100.0, "by_cause": {"process": 7}}],
    )
    top: list[ProminentView]
    differences: list[str] = Field(description="数字对不上的地方；有则不能定稿", examples=[[]])
    warnings: list[str] = Field(description="数据质量提示", examples=[["有 9 件没有写明反映人是企业还是群众"]])
    sample: list[SampledView]
    agreement: Agreement
    drawn_at: Instant | None = Field(description="何时汇总；未冻结的为空")
    due_at: Instant | None = Field(description="定稿期限；未冻结和已定稿的为空")
    overdue: bool = Field(description="定稿是否逾期", examples=[False])
    cases_digest: str | None = absent("各数字背后案件清单的摘要；未冻结的没有", examples=["9f86d081884c7d65"])
    commands: list[CommandOffer] | None = absent("本人现在可以办的事；未冻结的没有")
    ledger_head: str | None = Field(description="台账末条的摘要；未冻结的为空", examples=["9f86d081884c7d65"])


class CasesBehind(View):
    """The cases behind a figure, as far as their reader may see them (数字背后的案件)."""

    figure: FigureName
    count: int = Field(description="共几件，连同本人不能查看的", examples=[1])
    items: list[CaseBrief]
    next: CaseNo | None = Field(description="下一页的翻页标记；没有更多时为空", examples=[None])


class OddCase(View):
    """A case that ended otherwise than most of its kind (同事不同办)."""

    case_no: CaseNo
    matter: str = Field(description="事项", examples=["房屋租赁备案"])
    category: Category
    unit: UnitCode
    outcome: Outcome
    usual: Outcome = Field(description="多数的结果")
    example: CaseNo = Field(description="多数中的一件，供对照")
    cases: int = Field(description="多数有几件", examples=[5])


class Counters(View):
    """What was counted over all the years, up to the end of a day (累计数)."""

    district: District
    date: Day
    registered: int = Field(description="收集", examples=[594])
    resolved: int = Field(description="解决", examples=[585])
    done: int = Field(description="办成", examples=[560])
    open: int = Field(description="在办", examples=[9])
    resolved_rate: float | None = Field(description="解决率（%）", examples=[98.48])
    solutions: int = Field(description="生效的一类事", examples=[18])
    cases_per_solution: float | None = Field(description="平均几件形成一个一类事", examples=[33.0])
    advice: int = Field(description="当场咨询", examples=[354])


class ClaimView(View):
    """Whether a total is the sum of its parts (核对结果)."""

    agrees: bool = Field(description="总数是不是分项之和", examples=[False])
    why: str | None = Field(
        description="不是的，差多少", examples=["分项合计 22 件（企业 3＋群众 19），与总数 31 件不符"]
    )


class TrendMonth(View):
    """A month's registrations (一个月的登记量)."""

    month: Month
    registered: Count
    old: int = Field(description="旧台账的件数", examples=[31])


class Trend(View):
    """Month by month what was registered (趋势)."""

    district: District
    months: list[TrendMonth]
    per_month: float = Field(description="平均每月几件，连同旧台账", examples=[21.5])


class OutsideScoreView(View):
    """A score that somebody else gave (第三方评议)."""

    district: District
    month: Month
    source: str = Field(description="谁评的", examples=["区政协"])
    unit: UnitCode | None = Field(description="评的是哪个单位；空为全区")
    score: float = Field(description="得分", examples=[96.5])
    out_of: float = Field(description="满分", examples=[100.0])
    sample: int | None = Field(description="样本数", examples=[300])
    note: str | None = Field(description="说明", examples=["电话回访"])
    by: Username
    at: Instant
