"""旧台账、趋势、开放数据: what was kept before this system, and what anybody may know of what is in it."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import IO, Any

from api.deps import Services
from api.sheets import rows
from models.access import User
from models.codes import UnitKind
from models.errors import conflict, invalid
from models.ledger import BEIJING
from models.months import month_of
from models.old_register import OldRowError, fields_of, record
from models.sheet import SheetError, is_empty

SMALL = 5
"""本系统约定: a smaller number could be somebody; it is not told, and neither is the next that would give it away."""

OPEN_TOTALS = ("registered", "resolved", "done")
OPEN_RATES = {
    "done_rate": ("done", "resolved"),
    "response_rate": ("responded", "response_due"),
    "on_time_rate": ("on_time", "on_time_due"),
    "satisfaction_rate": ("satisfied", "evaluated"),
}
OPEN_PARTS = ("by_channel", "by_category", "by_cause")
MOST_MONTHS = 120


async def load_old(
    wired: Services, user: User, file: IO[bytes], name: str, kind: str, *, digest: str | None
) -> dict[str, Any]:
    """An old register's sheet: every row checked; kept only where `digest` says that this very file was tried before.

    A file that was kept already is not kept twice. Rows that are wrong are named and left out.
    """
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    file.seek(0)
    units = (await wired.organisation()).units.values()
    windows = [unit.code for unit in units if unit.district == user.district and unit.kind is UnitKind.WINDOW]
    try:
        good, bad = await asyncio.to_thread(_read, file, kind, windows)
    except SheetError as error:
        raise invalid(str(error), "file") from None
    found = {"file": name, "sha256": sha256, "rows": len(good) + len(bad), "good": len(good), "refused": bad}
    if digest is None:
        return {**found, "kept": 0, "next": f"核对无误后，带 digest={sha256} 再提交同一个文件"}
    if digest != sha256:
        raise conflict("这个文件没有试过，或试过之后又改动了：请先试导入，核对逐行结果，再带摘要提交")
    now = datetime.now(UTC)
    origin = {"district": user.district, "file_sha256": sha256, "file_name": name[:200]}
    by = {"imported_by": user.username, "imported_at": now}
    await wired.queries.outside.keep_records([{**row, **origin, **by} for row in good])
    return {**found, "kept": await wired.queries.outside.records_of(user.district, sha256), "next": None}


def _read(file: IO[bytes], kind: str, windows: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    today, lines = datetime.now(BEIJING).date(), rows(file, kind)
    heading = next(lines, None)
    if heading is None:
        raise SheetError("表里什么也没有")
    fields = fields_of(heading)
    for number, cells in enumerate(lines, start=2):
        if is_empty(cells):
            continue
        try:
            good.append({**record(fields, cells, windows, today), "row": number})
        except OldRowError as error:
            bad.append({"row": number, "errors": error.errors})
    return good, bad


async def trend(wired: Services, district: str, first: str, last: str) -> dict[str, Any]:
    """Month by month what was registered here and what the old register says; how many a month before and now."""
    since = datetime.fromisoformat(f"{first}-01T00:00:00").replace(tzinfo=BEIJING)
    end = datetime.fromisoformat(f"{last}-01T00:00:00").replace(tzinfo=BEIJING)
    names, at = [], since
    while at <= end:
        names.append(month_of(at))
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    if not 0 < len(names) <= MOST_MONTHS:
        raise invalid(f"起止月份不对，最多 {MOST_MONTHS} 个月", "from")
    old = await wired.queries.outside.old_by_month(district, since.date(), at.date())
    new = await wired.queries.outside.cases_by_month(district, since, at)
    months = [{"month": name, "registered": new.get(name, 0), "old": old.get(name, 0)} for name in names]
    total = sum(old.values()) + sum(new.values())
    return {"district": district, "months": months, "per_month": round(total / len(months), 2)}


async def open_data(wired: Services, district: str) -> dict[str, Any]:
    """What anybody may know: final analyses, without numbers small enough to be somebody."""
    found = await wired.queries.reports.of_district(district)
    return {
        "district": district,
        "small": f"小于 {SMALL} 的数字不公开（null）",
        "months": [_told(report.state.month, report.state.figures) for report in found if report.state.final],
    }


def _told(month: str, figures: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"month": month}
    for name in OPEN_TOTALS:
        told[name] = None if _is_small(figures[name]) else figures[name]
    for name, (part, whole) in OPEN_RATES.items():
        rest = figures[whole] - figures[part]
        told[name] = None if _is_small(figures[part]) or _is_small(rest) else figures[name]
        if told[name] is None and part in told:
            told[part] = None
    return {**told, **{name: suppressed(figures[name]) for name in OPEN_PARTS}}


def suppressed(parts: dict[str, int]) -> dict[str, int | None]:
    """Parts without small numbers; where only one would be missing, the next smallest goes too: the rest tells it."""
    hidden = {name for name, count in parts.items() if _is_small(count)}
    others = sorted((count, name) for name, count in parts.items() if name not in hidden and count)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in parts.items()}


def _is_small(count: int) -> bool:
    return 0 < count < SMALL
