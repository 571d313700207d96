"""The register at a past moment (当时的台账): the same answer at any later time (R12).

A case belongs to the district that held it then, in the state made by its entries up to then. Later events (a transfer,
a look-back, a solution's retirement) change nothing.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.ledgers.rules import RuleBook
from models.aggregate.change import Form
from models.aggregate.upcasting import current_format, upcast_state
from models.case import Case
from models.ledger import Entry
from models.solution import Solution

PAGE = 1000

_MOVED = "SELECT case_no FROM entries WHERE action = 'received' AND at >= %(until)s"
"""Cases taken over by another district since: few, with an index of their own."""

_OPEN_OR_TOUCHED = f"""
c.registered_at < %(until)s AND (c.district = %(district)s OR c.case_no IN ({_MOVED}))
AND (NOT c.finished OR EXISTS (SELECT FROM entries e WHERE e.case_no = c.case_no AND e.at >= %(since)s))
"""
_CASES = f"""
SELECT c.case_no, c.seq, last.seq, last.at, c.case_no IN ({_MOVED}), c.state, c.applicant_key
FROM cases c CROSS JOIN LATERAL (
    SELECT e.seq, e.at FROM entries e WHERE e.case_no = c.case_no AND e.at < %(until)s ORDER BY e.seq DESC LIMIT 1
) last WHERE {_OPEN_OR_TOUCHED}
"""
_ENDED_BEFORE = f"""
SELECT c.case_no, c.state ->> 'resolved_at' IS NOT NULL AS resolved, c.state ->> 'outcome' = 'done' AS done
FROM cases c WHERE c.district = %(district)s AND c.registered_at < %(until)s
AND c.case_no NOT IN (SELECT c.case_no FROM cases c WHERE {_OPEN_OR_TOUCHED})
"""
_COUNTED_BEFORE = f"""
SELECT count(*), count(*) FILTER (WHERE resolved), count(*) FILTER (WHERE done) FROM ({_ENDED_BEFORE}) ended
"""
_REGISTERED = """
SELECT count(*) FROM entries e
WHERE e.action = 'registered' AND e.at >= %(since)s AND e.at < %(until)s AND %(district)s = coalesce(
    (SELECT r.detail -> 'to' ->> 'district' FROM entries r
     WHERE r.case_no = e.case_no AND r.action = 'received' AND r.at < %(until)s ORDER BY r.seq DESC LIMIT 1),
    e.detail -> 'opening' ->> 'district')
"""
_BY_MONTH = f"""
SELECT to_char(registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), count(*) FROM cases
WHERE district = %(district)s AND registered_at >= %(since)s AND registered_at < %(until)s
AND case_no NOT IN ({_MOVED}) GROUP BY 1
"""
_SOLUTIONS = """
SELECT s.case_no, s.seq, last.seq, s.state FROM solutions s CROSS JOIN LATERAL (
    SELECT e.seq FROM solution_entries e WHERE e.case_no = s.case_no AND e.at < %(until)s ORDER BY e.seq DESC LIMIT 1
) last WHERE s.district = %(district)s ORDER BY s.case_no
"""
_LEDGER = "SELECT * FROM {table} WHERE case_no = %s AND seq <= %s ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Stood:
    """A case as it stood."""

    state: dict[str, Any]
    last_at: datetime
    """When its last entry up to then was made."""
    applicant_key: str | None
    moved: bool
    """Whether another district has it now."""


@dataclass(frozen=True)
class AsItStood:
    """Reads the register as it stood in a district at `until`, with a month (or less) before it from `since` on."""

    pool: AsyncConnectionPool
    district: str
    since: datetime
    until: datetime

    async def cases(self) -> AsyncIterator[Stood]:
        """Every case that was open or in which something has happened since: its row, or folded from its ledger."""
        async with (
            self.pool.connection() as connection,
            connection.transaction(),
            connection.cursor(name="as_it_stood") as cursor,
        ):
            cursor.itersize = PAGE
            await cursor.execute(_CASES.encode(), self._parameters)
            async for case_no, seq, upto, last_at, moved, state, applicant in cursor:
                stood = today(state) if seq == upto else await self._folded(case_no, upto)
                if stood["district"] == self.district:
                    yield Stood(stood, last_at, applicant, moved)

    async def counted_before(self) -> dict[str, int]:
        """How many more cases there were, all over before `since`, by the names of the cumulative figures."""
        [(registered, resolved, done)] = await self.rows(_COUNTED_BEFORE)
        return {"registered": registered, "resolved": resolved, "done": done}

    async def ended_before(self) -> dict[str, list[str]]:
        """Those cases, likewise."""
        rows = await self.rows(_ENDED_BEFORE)
        return {
            "registered": [number for number, _, _ in rows],
            "resolved": [number for number, resolved, _ in rows if resolved],
            "done": [number for number, _, done in rows if done],
        }

    async def registered(self) -> int:
        """The number of registrations in the ledger from `since` on."""
        [(count,)] = await self.rows(_REGISTERED)
        return int(count)

    async def by_month(self, since: datetime) -> dict[str, int]:
        """How many cases were registered in each month (YYYY-MM) since then, but those that have `moved`."""
        return dict(await self.rows(_BY_MONTH, since=since))

    async def solutions(self) -> dict[str, str]:
        """The solutions in force at the end: number and title."""
        titles = {}
        for number, seq, upto, state in await self.rows(_SOLUTIONS):
            solution = (
                Solution.from_form(state)
                if seq == upto
                else Solution.from_entries(number, await self._ledger("solution_entries", number, upto))
            )
            if solution.state.in_force is not None:
                titles[number] = solution.state.in_force.content.title
        return titles

    async def rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query about this place and time."""
        async with self.pool.connection() as connection:
            return await (await connection.execute(statement.encode(), {**self._parameters, **parameters})).fetchall()

    @property
    def _parameters(self) -> dict[str, Any]:
        return {"district": self.district, "since": self.since, "until": self.until}

    async def _folded(self, case_no: str, upto: int) -> dict[str, Any]:
        ledger = await self._ledger("entries", case_no, upto)
        state: dict[str, Any] = json.loads(Case.from_entries(case_no, ledger).state.model_dump_json())
        return state

    async def _ledger(self, table: str, number: str, upto: int) -> list[Entry]:
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Entry))
            ledger = await (await cursor.execute(_LEDGER.format(table=table).encode(), (number, upto))).fetchall()
        await RuleBook(self.pool).ensure_for(*(entry.detail for entry in ledger))
        return ledger


def today(stored: Form) -> Form:
    """A stored state of a case in today's format, as JSON values: 100,000 of them are counted, none is built."""
    return upcast_state(Case.kind, stored, stored["v"], current_format(Case.kind))
