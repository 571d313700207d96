"""开放数据: figures for anybody: aggregates, and no number small enough to be somebody."""

import csv
import io
from typing import Any

from api.services import Services
from models.report.words import LABELS, PARTS
from models.views.open_data import OpenData, OpenMonth

SMALL = 5
"""本系统约定: a smaller number could be somebody; it is left out, and so is the next that would give it away."""

OPEN_TOTALS = ("registered", "resolved", "done")
OPEN_RATES = {
    "done_rate": ("done", "resolved"),
    "response_rate": ("responded", "response_due"),
    "on_time_rate": ("on_time", "on_time_due"),
    "satisfaction_rate": ("satisfied", "evaluated"),
}
OPEN_PARTS = ("by_channel", "by_category", "by_cause")


async def open_data(services: Services, district: str) -> OpenData:
    """The district's final analyses, without numbers small enough to be somebody."""
    reports = await services.queries.reports.of_district(district)
    return OpenData(
        district=district,
        small=f"小于 {SMALL} 的数字不公开（null）",
        months=[open_month(report.state.month, report.state.figures) for report in reports if report.state.final],
    )


def open_month(month: str, figures: dict[str, Any]) -> OpenMonth:
    """A month's open figures; None for a number that is too small, and for one that would give it away."""
    numbers = {name: None if _is_small(figures[name]) else figures[name] for name in OPEN_TOTALS}
    for name, (part, whole) in OPEN_RATES.items():
        rest = figures[whole] - figures[part]
        numbers[name] = None if _is_small(figures[part]) or _is_small(rest) else figures[name]
        if numbers[name] is None and part in numbers:
            numbers[part] = None
    return OpenMonth(month=month, **numbers, **{name: suppressed(figures[name]) for name in OPEN_PARTS})


def suppressed(parts: dict[str, int]) -> dict[str, int | None]:
    """Parts without small numbers; where only one is missing, the next smallest goes too: else the rest tells it."""
    hidden = {name for name, count in parts.items() if _is_small(count)}
    others = sorted((count, name) for name, count in parts.items() if name not in hidden and count)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in parts.items()}


def _is_small(count: int) -> bool:
    return 0 < count < SMALL


def lines(month: OpenMonth) -> list[tuple[str, str, int | float | None]]:
    """A month as it is read: figure, part of it, number; None for a number that is not open."""
    single = [(LABELS[name], "", getattr(month, name)) for name in (*OPEN_TOTALS, *OPEN_RATES)]
    return single + [
        (PARTS[name][0], PARTS[name][1].get(part, part), count)
        for name in OPEN_PARTS
        for part, count in getattr(month, name).items()
    ]


def as_csv(data: OpenData) -> str:
    """All months as comma-separated text, a number a line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["月份", "项目", "分项", "数值"])
    for month in data.months:
        writer.writerows((month.month, *line[:2], "" if line[2] is None else line[2]) for line in lines(month))
    return "\ufeff" + out.getvalue()
