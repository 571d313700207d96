"""The monthly analysis as a workbook (.xlsx)."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from models.report.words import CUMULATIVE, KINDS, LABELS, PARTS, SIGNS, STATES, TIER_NAMES, topic_label
from models.views.report import ReportView


def workbook(report: ReportView, names: dict[str, str]) -> bytes:
    """Figures, parts, what stood out, departments and windows, the trend: a sheet each."""
    book, figures = Workbook(), report.figures
    first = book.active
    assert first is not None, "a new workbook has a sheet"
    first.title = "总表"
    _rows(first, ["项目", "数值"])
    for line in (("地区", report.district), ("月份", report.month), ("状态", STATES[report.state])):
        first.append(line)
    first.append(("公式版本", report.formulas))
    for name, label in LABELS.items():
        first.append((label, figures[name]))
    for warning in (*report.differences, *report.warnings):
        first.append(("提示", warning))
    parts = book.create_sheet("分项")
    _rows(parts, ["分类", "分项", "件数"])
    for name, (title, words) in PARTS.items():
        for part, count in figures[name].items():
            parts.append((title, words.get(part, names.get(part, part)), count))
    for part, count in figures["by_sign"].items():
        parts.append(("可疑迹象", SIGNS.get(part, part), count))
    top = book.create_sheet("最突出的")
    _rows(top, ["种类", "名称", "件数", "占比（%）", "原因"])
    for each in report.top:
        top.append(
            (KINDS[each.kind], topic_label(each.kind, each.what, names), each.cases, each.share, each.cause or "")
        )
    for title, key in (("部门", "departments"), ("窗口", "windows")):
        sheet = book.create_sheet(title)
        _rows(sheet, [title, "件数", "逾期", "按时率（%）", "分档"])
        for unit, line in figures[key].items():
            told_tier = TIER_NAMES.get(line["tier"], "")
            sheet.append((names.get(unit, unit), line["cases"], line["late"], line["on_time_rate"], told_tier))
    ever = book.create_sheet("累计")
    _rows(ever, ["项目", "数值"])
    for name, label in CUMULATIVE.items():
        ever.append((label, figures["cumulative"][name]))
    reuse = book.create_sheet("一类事")
    _rows(reuse, ["编号", "一类事", "件数", "受益人（户）"])
    for number, each in figures.get("solutions", {}).items():
        reuse.append((number, each["title"], each["cases"], each["people"]))
    trend = book.create_sheet("趋势")
    _rows(trend, ["月份", "登记"])
    for line in figures["trend"]:
        trend.append((line["month"], line["registered"]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(sheet: Any, head: list[str]) -> None:
    sheet.append(head)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
