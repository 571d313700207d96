"""月度分析报告: the monthly analysis as a paper, for the meeting and the file (R85; domain.md 2.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.papers.blocks import Block, Chart, Items, Paper, Para, Table
from models.papers.source import day, heading, para, under
from models.report.words import CHARTS, GOALS, KINDS, LABELS, PARTS, SIGNS, STATES, TIER_NAMES, topic_label
from models.views.report import OutsideScoreView, ReportView

KIND = "月度分析报告"
WORDING = 1
"""The version of this wording."""

NOTHING = "—"


def paper(
    report: ReportView,
    names: Mapping[str, str],
    issuer: str,
    scores: Sequence[OutsideScoreView],
    today: str,
) -> Paper:
    """The paper of an analysis.

    `names` maps unit codes to names; `scores` are third-party scores of the month; `today` dates a paper whose figures
    are not frozen yet (an instant as in the ledger).
    """
    figures = report.figures
    drawn = charts(figures, names)
    blocks: list[Block] = [
        *_whole(figures),
        *_trend(drawn["trend"]),
        *_prominent(report, names),
        *_causes(report, drawn["by_cause"]),
        *_units(figures, names, drawn["by_unit"]),
        *_form(figures, names),
        *_solutions(figures),
        *under("第三方评议", [_score(each, names) for each in scores]),
        *_how(report),
    ]
    return Paper(
        kind=f"{report.month} {KIND}",
        no=f"{report.district}-{report.month}",
        version=WORDING,
        case_no=f"{report.district} {report.month}",
        subject="月度分析",
        to="联席会议各成员单位",
        blocks=blocks,
        issuer=issuer,
        date=day(report.drawn_at or today),
    )


def printed(value: Any, name: str = "") -> str:
    """A figure as printed: a rate with its sign, a missing value as a dash."""
    if value is None:
        return NOTHING
    return f"{value}%" if name.endswith("_rate") else str(value)


def charts(figures: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Chart]:
    """Charts of trend, windows and causes (图), by their figures' names."""
    causes = PARTS["by_cause"][1]
    bars = {
        "trend": [(each["month"], each["registered"]) for each in figures["trend"]],
        "by_unit": [(names.get(unit, unit), count) for unit, count in figures["by_unit"].items()],
        "by_cause": [(causes[cause], count) for cause, count in figures["by_cause"].items()],
    }
    return {name: Chart(title=CHARTS[name], bars=rows) for name, rows in bars.items()}


def _whole(figures: Mapping[str, Any]) -> list[Block]:
    rows = [
        [LABELS[name].removesuffix("（%）"), printed(figures[name], name), "100%" if name in GOALS else ""]
        for name in LABELS
    ]
    ever = figures["cumulative"]
    rate = printed(ever["resolved_rate"], "_rate")
    return [
        heading("总体情况"),
        Table(head=["项目", "数值", "目标"], rows=[*rows, ["当场咨询", printed(figures["advice"]), ""]]),
        para(
            f"累计收集 {ever['registered']} 件，解决 {ever['resolved']} 件（{rate}），"
            f"其中办成 {ever['done']} 件，在办 {ever['open']} 件；"
            f"咨询 {ever['advice']} 次；一类事 {ever['solutions']} 个。"
        ),
        *(
            _parts(title, figures[name], words)
            for name, (title, words) in PARTS.items()
            if figures[name] and name not in CHARTS
        ),
    ]


def _parts(title: str, counted: Mapping[str, int], words: Mapping[str, str]) -> Para:
    return para(f"{title}：{'、'.join(f'{words.get(part, part)} {count} 件' for part, count in counted.items())}。")


def _trend(chart: Chart) -> list[Block]:
    return [heading("趋势"), chart, para("登记量下降是窗口遇冷，是好事，不作扣分依据。")]


def _prominent(report: ReportView, names: Mapping[str, str]) -> list[Block]:
    if not report.top:
        return [heading("最突出的事项、窗口、情形"), para("本月没有登记。")]
    rows = [
        [
            KINDS[each.kind],
            topic_label(each.kind, each.what, names),
            f"{each.cases}（{printed(each.share, '_rate')}）",
            each.cause or "待填写",
        ]
        for each in report.top
    ]
    return [heading("最突出的事项、窗口、情形"), Table(head=["种类", "名称", "件数", "原因"], rows=rows)]


def _causes(report: ReportView, chart: Chart) -> list[Block]:
    agreed = report.agreement
    blocks: list[Block] = [heading("成因"), *([chart] if chart.bars else [])]
    if agreed.coded:
        kappa = agreed.kappa if agreed.kappa is not None else "样本不足"
        blocks.append(para(f"双人编码 {agreed.coded} 件，一致率 {agreed.agreed}%，κ {kappa}。"))
    else:
        blocks.append(para("双人编码：还没有复核。" if report.sample else "双人编码：没有抽取样本。"))
    return blocks


def _units(figures: Mapping[str, Any], names: Mapping[str, str], chart: Chart) -> list[Block]:
    blocks: list[Block] = [heading("部门和窗口"), *([chart] if chart.bars else [])]
    for title, key in (("部门", "departments"), ("窗口", "windows")):
        rows = [
            [
                names.get(unit, unit),
                str(line["cases"]),
                str(line["late"]),
                printed(line["on_time_rate"], "_rate"),
                tier_of(line),
            ]
            for unit, line in figures[key].items()
        ]
        if rows:
            blocks.append(Table(head=[title, "件数", "逾期", "按时率", "分档"], rows=rows))
    return blocks


def tier_of(line: Mapping[str, Any]) -> str:
    """The tier of a department or window in words."""
    return TIER_NAMES.get(line["tier"], "件数太少，不分档")


def _form(figures: Mapping[str, Any], names: Mapping[str, str]) -> list[Block]:
    quiet = "、".join(names.get(unit, unit) for unit in figures["zero_windows"]) or "没有"
    without = "、".join(figures.get("places_without_window", ())) or "没有"
    signs = "、".join(f"{SIGNS.get(sign, sign)} {count} 件" for sign, count in figures["by_sign"].items()) or "没有"
    return [
        heading("防止流于形式"),
        Items(items=[f"本月没有登记的窗口：{quiet}", f"还没有窗口的服务点：{without}", f"可疑迹象：{signs}"]),
    ]


def _solutions(figures: Mapping[str, Any]) -> list[Block]:
    rows = [[each["title"], str(each["cases"]), str(each["people"])] for each in figures.get("solutions", {}).values()]
    return [heading("一类事的复用"), Table(head=["一类事", "用了几件", "受益人（户）"], rows=rows)] if rows else []


def _score(each: OutsideScoreView, names: Mapping[str, str]) -> str:
    unit = f"{names.get(each.unit, each.unit)} " if each.unit else ""
    sample = f"，样本 {each.sample}" if each.sample else ""
    return f"{each.source}：{unit}{each.score:g}（满分 {each.out_of:g}{sample}），与本系统的满意率并列，不混算"


def _how(report: ReportView) -> list[Block]:
    notes = [
        f"{STATES[report.state]}；公式第 {report.formulas} 版。",
        "没有评价不算满意；办结不是办成；依法不能办的不计入按时办结率；三个百分之百是目标，不是处分依据。",
        *(f"数字对不上，不能定稿：{each}" for each in report.differences),
        *report.warnings,
    ]
    return [heading("数据说明"), Items(items=notes)]
