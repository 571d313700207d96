"""`bancheng whatif`: a past month's cases under a changed policy or calendar: who would have been late.

    bancheng whatif --profile xuanwu --month 2026-10 --limit difficult=4 --limit cannot=2
    bancheng whatif --profile xuanwu --month 2026-10 --policy draft.toml
    bancheng whatif --profile xuanwu --month 2026 --holiday 2026-10-08 --workday 2026-10-10

Reads the register of the running system and changes nothing. What people did, and when, stays as it was. Counted
against the same cases under the rules in force. Last line JSON.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from activities.calendar import CHANGES, overlays_of
from activities.ledgers.rules import ALL, take_in
from models.calendar import BusinessCalendar
from models.calendar_years import YearOverlay, build_calendar
from models.ledger import BEIJING
from models.months import MONTH, month_span
from models.rules import Policy, RulesError, drafted, policy, rules
from models.what_if import KINDS, OTHERS, Duty, Past, duties_of, duty_late, late, past_of
from ops.postgres import conninfo
from ops.settings import NotRunningError, running

MOST_NAMED = 50
PAGE = 2000

_CASES = """
SELECT c.state, (SELECT max(e.at) FROM entries e WHERE e.case_no = c.case_no AND e.action = 'diagnosed')
FROM cases c WHERE c.district = %s AND c.registered_at >= %s AND c.registered_at < %s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of the command line."""

    profile: str
    month: str
    """A month, or a year."""
    limits: list[str]
    policy: Path | None
    holidays: list[str]
    workdays: list[str]
    database: str = ""


def main(asked: Asked) -> int:
    """Count and print. Returns the exit code: 2 for an argument that does not exist."""
    try:
        profile = policy(asked.profile)
        other = drafted(asked.profile, asked.policy.read_text(encoding="utf-8")) if asked.policy else profile
        trial = Trial(profile, other, changed(asked.limits), *days(asked.workdays, asked.holidays))
        when = _span(asked.month)
        address = conninfo(asked.database or running()["DATABASE_URL"])
    except (RulesError, ValueError, OSError, NotRunningError) as error:
        print(f"无法推演：{error}", file=sys.stderr)
        return 2
    began = time.perf_counter()
    with psycopg.connect(address) as connection:
        figures = count(connection, trial, when)
    figures["seconds"] = round(time.perf_counter() - began, 2)
    _say(figures, trial)
    print(json.dumps(figures, ensure_ascii=False))
    return 0


@dataclass(frozen=True, slots=True)
class Trial:
    """The rules in force, and those tried instead (推演的规则)."""

    profile: Policy
    other: Policy
    changed: dict[str, int]
    """The changed limits, in working days."""
    workdays: list[date] = field(default_factory=list)
    holidays: list[date] = field(default_factory=list)

    def days(self, kind: str) -> int:
        """The length of a limit on trial, in working days."""
        return self.changed.get(kind, self.other.days(kind))


@dataclass
class Tally:
    """Late cases by unit, as they were and as they would have been (逾期对照)."""

    was: Counter[str] = field(default_factory=Counter)
    would: Counter[str] = field(default_factory=Counter)
    newly: list[str] = field(default_factory=list)
    no_more: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    """Cases whose course does not follow from their limit alone: they count as recorded."""

    def add(self, each: Past | Duty, then: bool, otherwise: bool) -> None:
        """Add one case or duty of a unit: late by the rules in force then, and by the changed ones."""
        if then is not each.late:
            self.unclear.append(each.case_no)
            otherwise = each.late
        self.was[each.unit] += each.late
        self.would[each.unit] += otherwise
        if each.late != otherwise:
            (self.newly if otherwise else self.no_more).append(each.case_no)

    def as_json(self) -> dict[str, Any]:
        """The counts, as JSON."""
        units = sorted({*+self.was, *+self.would})
        return {
            "late": self.was.total(),
            "would_be_late": self.would.total(),
            "newly_late": self.newly,
            "no_more_late": self.no_more,
            "as_recorded": self.unclear,
            "units": {unit: {"late": self.was[unit], "would_be_late": self.would[unit]} for unit in units},
        }


def count(connection: psycopg.Connection, trial: Trial, when: tuple[datetime, datetime]) -> dict[str, Any]:
    """Count cases, windows' answers and tasks: all, late by the rules in force, and late by the changed ones."""
    with connection.cursor(row_factory=dict_row) as cursor:
        take_in(cursor.execute(ALL))
    before, after = _calendars(connection, trial, when)
    now, cases = datetime.now(UTC), 0
    clocks, duties = Tally(), {kind: Tally() for kind in OTHERS}
    for state, diagnosed_at in _states(connection, trial.profile.code, when):
        cases += 1
        then = rules(state["rules"]).policy
        past = past_of(state, diagnosed_at)
        if past is not None:
            clocks.add(past, late(past, then.days, before, now), late(past, trial.days, after, now))
        for duty in duties_of(state, then.days("assignment")):
            otherwise = duty_late(duty, trial.days, after, now)
            duties[duty.kind].add(duty, duty_late(duty, then.days, before, now), otherwise)
    return {"cases": cases, **clocks.as_json(), **{kind: tally.as_json() for kind, tally in duties.items()}}


def changed(options: list[str]) -> dict[str, int]:
    """Limits, from the command line. Raises ValueError for anything else."""
    limits = {}
    for each in options:
        kind, _, number = each.partition("=")
        if kind not in KINDS or not number.isdigit() or not int(number):
            raise ValueError(f"{each}：请写成 时限=天数，时限是 {'、'.join(KINDS)} 之一")
        limits[kind] = int(number)
    return limits


def days(workdays: list[str], holidays: list[str]) -> tuple[list[date], list[date]]:
    """Days, from the command line. Raises ValueError for anything else."""
    try:
        return [date.fromisoformat(day) for day in workdays], [date.fromisoformat(day) for day in holidays]
    except ValueError:
        raise ValueError("日期请写成 2026-10-08") from None


def _span(month: str) -> tuple[datetime, datetime]:
    if len(month) == 4 and month.isdigit():
        year = int(month)
        return datetime(year, 1, 1, tzinfo=BEIJING), datetime(year + 1, 1, 1, tzinfo=BEIJING)
    if not re.fullmatch(MONTH, month):
        raise ValueError(f"{month}：月份请写成 2026-10，一年写成 2026")
    return month_span(month)


def _calendars(
    connection: psycopg.Connection, trial: Trial, when: tuple[datetime, datetime]
) -> tuple[BusinessCalendar, BusinessCalendar]:
    """The calendar in force, and one with the trial's days and close of business."""
    laid = overlays_of(connection.execute(CHANGES, (None,)).fetchall())
    years = range(when[0].astimezone(BEIJING).year, datetime.now(BEIJING).year + 2)
    own = [
        YearOverlay(
            year,
            tuple(day for day in trial.workdays if day.year == year),
            tuple(day for day in trial.holidays if day.year == year),
            "推演",
            published=False,
        )
        for year in {day.year for day in (*trial.workdays, *trial.holidays)}
    ]
    before = build_calendar(years, laid).with_close(trial.profile.close_of_business)
    after = build_calendar(years, [*laid, *own]).with_close(trial.other.close_of_business)
    return before, after


def _states(
    connection: psycopg.Connection, district: str, when: tuple[datetime, datetime]
) -> Iterator[tuple[dict[str, Any], datetime | None]]:
    with connection.cursor(name="what_if") as cursor:
        cursor.itersize = PAGE
        cursor.execute(_CASES, (district, *when))
        yield from cursor


def _say(figures: dict[str, Any], trial: Trial) -> None:
    profile = trial.profile
    others = {kind: trial.days(kind) for kind in KINDS if trial.days(kind) != profile.days(kind)}
    changes = [f"{KINDS[kind]} {profile.days(kind)} → {days} 个工作日" for kind, days in others.items()]
    changes += [f"改为上班 {day}" for day in trial.workdays] + [f"改为休息 {day}" for day in trial.holidays]
    if trial.other.close_of_business != profile.close_of_business:
        changes.append(f"下班时间 {profile.close_of_business:%H:%M} → {trial.other.close_of_business:%H:%M}")
    print(f"{profile.name}　{figures['cases']} 件　{'、'.join(changes) or '规则不变'}　{figures['seconds']} 秒")
    for title, tally in (("超期案件", figures), *((f"{OTHERS[kind]}逾期", figures[kind]) for kind in OTHERS)):
        print(f"{title}：现行规则 {tally['late']}，改后 {tally['would_be_late']}")
        for unit, line in tally["units"].items():
            print(f"  {unit:16} {line['late']:6} → {line['would_be_late']}")
        for change, cases in (("改后才超期", tally["newly_late"]), ("改后不再超期", tally["no_more_late"])):
            if cases:
                rest = f" 等 {len(cases)} 件" if len(cases) > MOST_NAMED else ""
                print(f"  {change}：{'、'.join(cases[:MOST_NAMED])}{rest}")
        if tally["as_recorded"]:
            print(f"  有 {len(tally['as_recorded'])} 件经过改判、重启等，仅凭时限推不出结果，按台账记录计")
