"""Reminding people (催办阶梯): every few minutes one look at due steps, one note a person, one transaction.

Notes and the record of what they tell are committed together, so after a crash either all or none were sent, and the
next look goes on from there. A duty looks (workflows/hosting/schedules.py). It reads only cases that have changed or
whose next step is due.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity

from activities.ledgers.rules import ensure_over
from activities.platform.heartbeat import beating
from models.calendar import beijing_date
from models.case import Case
from models.codes import Role
from models.deputies import Deputation, standing_in
from models.ledger import stamp_time
from models.reminders import WORKERS, Step, audience, steps
from models.rules import named_in
from models.working_time import is_open

AT_ONCE = 1000
"""Cases read at a time."""

_CHANGED_OR_DUE = """
SELECT c.case_no, c.seq, c.state FROM cases c LEFT JOIN reminder_watch w USING (case_no)
WHERE NOT c.finished AND (w.seq IS DISTINCT FROM c.seq OR w.next_at <= %(now)s) AND c.case_no > %(after)s
ORDER BY c.case_no LIMIT %(limit)s
"""
_TOLD = "SELECT case_no, limit_key, start, percent FROM reminders WHERE case_no = ANY(%s)"
_TELL = """
INSERT INTO reminders (case_no, limit_key, start, percent, told, at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::int[], %s::bool[], %s::timestamptz[])
"""
_NOTE = "INSERT INTO reminder_notes (username, made_at, items) VALUES (%s, %s, %s)"
_WATCH = """
INSERT INTO reminder_watch SELECT * FROM unnest(%s::text[], %s::int[], %s::timestamptz[])
ON CONFLICT (case_no) DO UPDATE SET seq = excluded.seq, next_at = excluded.next_at
"""
_UNITS = "SELECT code, name FROM units"
_STAFF = "SELECT username, role, unit FROM staff WHERE unit IS NOT NULL ORDER BY username"
_DEPUTATIONS = "SELECT principal, deputy, since, until FROM deputations WHERE revoked_at IS NULL"


class People:
    """Today's staff and deputies (人员与代理)."""

    def __init__(self, units: dict[str, str], staff: Sequence[Any], deputations: Sequence[Any], now: datetime) -> None:
        self.units = units
        self._of: dict[tuple[str, str], list[str]] = defaultdict(list)
        for username, role, unit in staff:
            self._of[unit, role].append(username)
        self._deputations = [Deputation(*row) for row in deputations]
        self._day = beijing_date(now)

    def at(self, unit: str, roles: Sequence[Role]) -> set[str]:
        """The holders of one of these roles at a unit, or their deputies."""
        holders = [name for role in roles for name in self._of[unit, role.value]]
        return {standing_in(name, self._day, self._deputations) for name in holders}

    def recipients(self, case: Case, step: Step) -> set[str]:
        """The recipients of a step; also head and lead where the unit has no handlers."""
        people = set().union(*(self.at(each.unit, each.roles) for each in audience(case, step)))
        return people if self.at(step.holder, WORKERS) else people | self.at(step.holder, (Role.HEAD, Role.LEAD))


@dataclass
class Look:
    """The findings of one look so far (一次巡查)."""

    now: datetime
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    passed: list[tuple[str, Step, bool]] = field(default_factory=list)
    watched: list[tuple[str, int, datetime | None]] = field(default_factory=list)

    def add(self, case: Case, known: set[tuple[str, datetime, int]], people: People) -> None:
        """One case: of each limit the highest step reached is told, lower ones are skipped."""
        pending = [step for step in steps(case) if (step.key, step.start, step.percent) not in known]
        come = [step for step in pending if step.at <= self.now]
        later = [step.at for step in pending if step.at > self.now]
        opening = case.policy.opening_of_business
        if come and opening and not is_open(case.calendar, opening, self.now):
            later.append(case.calendar.next_open(self.now, opening))
            come = []
        highest: dict[tuple[str, datetime], Step] = {}
        for step in come:
            highest[step.key, step.start] = max(step, highest.get((step.key, step.start), step), key=_percent)
        for step in come:
            notified = highest[step.key, step.start] is step
            self.passed.append((case.state.case_no, step, notified))
            for person in people.recipients(case, step) if notified else ():
                self.notes[person].append(_item(case, step, people.units.get(step.holder, step.holder)))
        self.watched.append((case.state.case_no, case.state.seq, min(later, default=None)))


def _percent(step: Step) -> int:
    return step.percent


def _item(case: Case, step: Step, holder: str) -> dict[str, Any]:
    if step.key == "idle":
        return {**_named(case, step), "text": f"{case.state.matter.get('name', '')}：久无进展，请{holder}负责人过问"}
    left = "已超期" if step.percent > 100 else "已到期" if step.percent == 100 else f"时限已过 {step.percent}%"
    return {
        **_named(case, step),
        "text": f"{case.state.matter.get('name', '')}：{step.title}{left}，请{holder}尽快办理",
    }


def _named(case: Case, step: Step) -> dict[str, Any]:
    return {
        "case_no": case.state.case_no,
        "limit": step.key,
        "percent": step.percent,
        "unit": step.holder,
        "due_at": stamp_time(step.due),
    }


@dataclass(frozen=True)
class Reminders:
    """A duty: one note tells a person everything due since the last look."""

    pool: AsyncConnectionPool

    @activity.defn(name="remind")
    async def remind(self) -> str:
        """Look once. May be repeated: of two at the same time one succeeds, the other is retried."""
        async with beating(), self.pool.connection() as session:
            count = await look(session, datetime.now(UTC))
        return f"已提醒 {count} 人"


async def look(session: AsyncConnection, now: datetime) -> int:
    """Tell all due steps in one transaction. Returns the number of people who got a note."""
    async with session.transaction():
        people = await _people(session, now)
        result, after = Look(now), ""
        while cases := await _cases(session, now, after):
            await ensure_over(session, named_in(state for _, _, state in cases))
            known = await _known(session, [row[0] for row in cases])
            for case_no, _, state in cases:
                result.add(Case.from_form(state), known[case_no], people)
                await asyncio.sleep(0)
            after = cases[-1][0]
        await _keep(session, result)
    return len(result.notes)


async def _people(session: AsyncConnection, now: datetime) -> People:
    units: dict[str, str] = dict(await (await session.execute(_UNITS)).fetchall())
    staff = await (await session.execute(_STAFF)).fetchall()
    return People(units, staff, await (await session.execute(_DEPUTATIONS)).fetchall(), now)


async def _cases(session: AsyncConnection, now: datetime, after: str) -> list[Any]:
    wanted = {"now": now, "after": after, "limit": AT_ONCE}
    return await (await session.execute(_CHANGED_OR_DUE, wanted)).fetchall()


async def _known(session: AsyncConnection, cases: list[str]) -> dict[str, set[tuple[str, datetime, int]]]:
    known: dict[str, set[tuple[str, datetime, int]]] = defaultdict(set)
    for case_no, key, start, percent in await (await session.execute(_TOLD, (cases,))).fetchall():
        known[case_no].add((key, start, percent))
    return known


async def _keep(session: AsyncConnection, result: Look) -> None:
    rows = [(no, step.key, step.start, step.percent, notified, result.now) for no, step, notified in result.passed]
    if rows:
        await session.execute(_TELL, [list(column) for column in zip(*rows, strict=True)])
    for person, items in result.notes.items():
        await session.execute(_NOTE, (person, result.now, orjson.dumps(items).decode()))
    if result.watched:
        await session.execute(_WATCH, [list(column) for column in zip(*result.watched, strict=True)])
