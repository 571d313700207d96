"""Labels of the monthly analysis's figures (数字的名称), for page, workbook and document."""

from __future__ import annotations

from collections.abc import Mapping

from models.codes import Category, Cause, Channel
from models.report.facts import UNCLASSIFIED
from models.report.formulas import LATE, TIERS

LABELS = {
    "registered": "登记",
    "response_due": "应响应",
    "responded": "按时响应",
    "response_rate": "响应率（%）",
    "resolved": "办结",
    "done": "办成",
    "done_rate": "办成率（%）",
    "on_time_due": "到期件（可办事项）",
    "on_time": "按时办结",
    "on_time_rate": "按时办结率（%）",
    "open": "在办",
    "overdue_open": "超期在办",
    "declined": "不予受理",
    "evaluated": "有效评价",
    "satisfied": "满意（基本满意以上）",
    "satisfaction_rate": "满意率（%）",
    "evaluation_rate": "评价率（%）",
    "refusals": "有否定答复",
    "policy_findings": "政策不合理或滞后（三查 C）",
    "solutions_published": "生效的一类事",
}
"""Labels of single figures."""

PARTS = {
    "by_channel": ("来源渠道", {each.value: each.label for each in Channel}),
    "by_applicant": ("反映人", {"enterprise": "企业", "person": "群众", UNCLASSIFIED: "未分类"}),
    "by_category": ("类别", {**{each.value: each.label for each in Category}, "undiagnosed": "尚未诊断"}),
    "by_cause": ("成因", {each.value: each.label for each in Cause}),
    "by_unit": ("窗口", {}),
}
"""Labels of breakdowns and their parts; windows have their own names."""

CUMULATIVE = {
    "registered": "收集（件）",
    "resolved": "解决（件）",
    "resolved_rate": "解决率（%）",
    "done": "办成（件）",
    "open": "在办（件）",
    "advice": "咨询（次）",
    "solutions": "一类事（个）",
    "cases_per_solution": "平均几件形成一个一类事",
}
"""Labels of cumulative figures (累计)."""

LINES = {"departments": "部门", "windows": "窗口"}
"""Labels of line-by-line tables."""

CHARTS = {
    "trend": "近十二个月登记量：少了是窗口遇冷，是好事",
    "by_unit": "各窗口本月登记量",
    "by_cause": "六类成因",
}
"""Titles of the charts."""

SIGNS = {
    "A1": "爱搭不理（A1）",
    "A2": "推诿扯皮（A2）",
    "B1": "职责不清（B1）",
    "B2": "界限不清（B2）",
    "C1": "政策不合理（C1）",
    "C2": "政策滞后（C2）",
}
"""三查 (萧山; domain.md 2): labels of signs by code."""

GOALS = ("response_rate", "on_time_rate", "satisfaction_rate")
"""三个100%: goals, not grounds for sanctions (萧山; 国办函〔2025〕66号: 不设置不切实际的目标要求)."""

STATES = {"preview": "未冻结", "drawn": "已汇总，待定稿", "final": "已定稿"}
KINDS = {"matter": "事项", "window": "窗口", "situation": "情形"}
"""Kinds of prominent topics."""

TIER_NAMES = {code: name for code, name, _ in TIERS}
"""Labels of tiers; below a minimum of cases there is none."""


def topic_label(kind: str, what: str, units: Mapping[str, str]) -> str:
    """A prominent topic in words: a window by its name, a situation by its category and cause."""
    if kind == "situation":
        category, _, cause = what.partition("/")
        return f"{PARTS['by_category'][1].get(category, category)}，{PARTS['by_cause'][1].get(cause, cause)}"
    return units.get(what, what)


def named(figure: str, units: Mapping[str, str]) -> str:
    """The label of a figure with cases behind it (数字名称), by its name in the analysis."""
    group, _, part = figure.partition(".")
    if group == "cumulative":
        return f"累计{_plain(CUMULATIVE.get(part, part))}"
    if group == "top":
        kind, _, what = part.partition(".")
        return f"{KINDS.get(kind, kind)}：{topic_label(kind, what, units)}"
    if group in LINES:
        unit, late = part.removesuffix(LATE), part.endswith(LATE)
        return f"{LINES[group]}：{units.get(unit, unit)}{'，逾期' if late else ''}"
    if group in PARTS:
        title, words = PARTS[group]
        return f"{title}：{words.get(part, units.get(part, part))}"
    if group == "by_sign":
        return f"可疑迹象：{SIGNS.get(part, part)}"
    return _plain(LABELS.get(figure, figure)) if group != "solutions" else f"适用一类事 {part}"


def _plain(label: str) -> str:
    """A label without its unit."""
    return label.removesuffix("（件）")
