"""`make whatif`: a past month's cases under a changed policy or calendar: who would have been late.

    python -m ops.what_if --profile xuanwu --month 2026-10 --limit difficult=4 --limit cannot=2
    python -m ops.what_if --profile xuanwu --month 2026 --holiday 2026-10-08 --workday 2026-10-10

Reads the register of the running system and changes nothing. Pauses, replies and 特事特办 stay as they were. Counted
against the same cases under the rules in force. Last line JSON.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from activities.calendar import CHANGES, overlays_of
from api.dossier import DossierError
from models.calendar import BusinessCalendar
from models.calendar_years import YearOverlay, build_calendar
from models.case.diagnosis import limit_kind
from models.case.parts import Clock
from models.ledger import BEIJING
from models.months import month_span
from models.policy import Policy, PolicyError, policy
from models.what_if import Past, late
from ops.audit import environment
from ops.postgres import conninfo

KINDS = {
    "undiagnosed": "尚未诊断",
    "cannot": "不能办",
    "difficult": "不好办",
    "refused": "不给办",
    "deferred": "暂时办不了",
    "deferred_complex": "暂时办不了（复杂）",
}
MOST_NAMED = 50
PAGE = 2000

_CASES = """
SELECT case_no, unit, state -> 'clock', state -> 'diagnosis' FROM cases
WHERE district = %s AND registered_at >= %s AND registered_at < %s AND state -> 'clock' ? 'start'
"""


def main() -> int:
    """Count and say. Exit code 2 where something asked for does not exist."""
    parser = argparse.ArgumentParser(prog="make whatif", description="换一套时限或日历，过去的案件谁会超期")
    parser.add_argument("--profile", required=True, help="地区代码，如 xuanwu")
    parser.add_argument("--month", required=True, help="月份 YYYY-MM，或一年 YYYY")
    parser.add_argument("--limit", action="append", default=[], help="类别=工作日数，如 difficult=4，可多次")
    parser.add_argument("--holiday", action="append", default=[], help="改为休息的日子 YYYY-MM-DD，可多次")
    parser.add_argument("--workday", action="append", default=[], help="改为上班的日子 YYYY-MM-DD，可多次")
    parser.add_argument("--database", help="数据库地址，不写则用正在运行的系统")
    said = parser.parse_args()
    try:
        profile, changed = policy(said.profile), _changed(said.limit)
        since, until = _span(said.month)
        days = [date.fromisoformat(day) for day in said.workday], [date.fromisoformat(day) for day in said.holiday]
        address = conninfo(said.database or environment()["DATABASE_URL"])
    except (PolicyError, ValueError, OSError, DossierError) as error:
        print(f"无法推演：{error}", file=sys.stderr)
        return 2
    began = time.perf_counter()
    with psycopg.connect(address) as connection:
        found = count(connection, profile, changed, (since, until), days)
    found["seconds"] = round(time.perf_counter() - began, 2)
    _say(found, profile, changed)
    print(json.dumps(found, ensure_ascii=False))
    return 0


def count(
    connection: psycopg.Connection,
    profile: Policy,
    changed: dict[str, int],
    when: tuple[datetime, datetime],
    days: tuple[list[date], list[date]],
) -> dict[str, Any]:
    """Cases, and those late by the rules in force and by the changed ones, by window."""
    before, after = _calendars(connection, profile, when, *days)
    now, cases = datetime.now(UTC), 0
    was, would = Counter[str](), Counter[str]()
    newly, no_more = list[str](), list[str]()
    for past in _pasts(connection, profile.code, *when):
        cases += 1
        limit = profile.days(past.kind)
        then, otherwise = late(past, limit, before, now), late(past, changed.get(past.kind, limit), after, now)
        was[past.unit] += then
        would[past.unit] += otherwise
        if then != otherwise:
            (newly if otherwise else no_more).append(past.case_no)
    units = {unit: {"late": was[unit], "would_be_late": would[unit]} for unit in sorted({*was, *would})}
    return {
        "cases": cases,
        "late": sum(was.values()),
        "would_be_late": sum(would.values()),
        "newly_late": newly,
        "no_more_late": no_more,
        "units": units,
    }


def _changed(limits: list[str]) -> dict[str, int]:
    found = {}
    for said in limits:
        kind, _, number = said.partition("=")
        if kind not in KINDS or not number.isdigit() or not int(number):
            raise ValueError(f"{said}：请写成 类别=天数，类别是 {'、'.join(KINDS)} 之一")
        found[kind] = int(number)
    return found


def _span(month: str) -> tuple[datetime, datetime]:
    if len(month) == 4 and month.isdigit():
        year = int(month)
        return datetime(year, 1, 1, tzinfo=BEIJING), datetime(year + 1, 1, 1, tzinfo=BEIJING)
    return month_span(month)


def _calendars(
    connection: psycopg.Connection,
    profile: Policy,
    when: tuple[datetime, datetime],
    workdays: list[date],
    holidays: list[date],
) -> tuple[BusinessCalendar, BusinessCalendar]:
    """The calendar in force, and the one with these days changed."""
    laid = overlays_of(connection.execute(CHANGES, (None,)).fetchall())
    years = range(when[0].year, datetime.now(BEIJING).year + 2)
    own = [
        YearOverlay(
            year,
            tuple(day for day in workdays if day.year == year),
            tuple(day for day in holidays if day.year == year),
            "推演",
            published=False,
        )
        for year in {day.year for day in (*workdays, *holidays)}
    ]
    before = build_calendar(years, laid).with_close(profile.close_of_business)
    after = build_calendar(years, [*laid, *own]).with_close(profile.close_of_business)
    return before, after


def _pasts(connection: psycopg.Connection, district: str, since: datetime, until: datetime) -> Iterator[Past]:
    with connection.cursor(name="what_if") as cursor:
        cursor.itersize = PAGE
        cursor.execute(_CASES, (district, since, until))
        for case_no, unit, clock, diagnosis in cursor:
            kind = limit_kind(diagnosis) if diagnosis else "undiagnosed"
            yield Past(case_no, unit, kind, Clock.model_validate(clock))


def _say(found: dict[str, Any], profile: Policy, changed: dict[str, int]) -> None:
    told = "、".join(f"{KINDS[kind]} {profile.days(kind)} → {days} 个工作日" for kind, days in changed.items())
    print(f"{profile.name}　{found['cases']} 件　{told or '时限不变'}　{found['seconds']} 秒")
    print(f"超期：现行规则 {found['late']} 件，改后 {found['would_be_late']} 件")
    for unit, line in found["units"].items():
        if line["late"] or line["would_be_late"]:
            print(f"  {unit:16} {line['late']:6} → {line['would_be_late']}")
    for title, cases in (("改后才超期", found["newly_late"]), ("改后不再超期", found["no_more_late"])):
        if cases:
            more = f" 等 {len(cases)} 件" if len(cases) > MOST_NAMED else ""
            print(f"{title}：{'、'.join(cases[:MOST_NAMED])}{more}")


if __name__ == "__main__":
    sys.exit(main())
