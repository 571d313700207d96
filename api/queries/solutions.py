"""Reading the register of solutions (一类事台账查询), and how often they were applied in cases."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, exists, func, or_, select, true

from api.queries.ledger import LedgerQueries
from api.queries.rows import AnyRow, first_row, next_number, rows, table_of, transaction
from api.queries.stored import restored
from models.actions import Action
from models.solution import Solution, SolutionState
from models.solution.effect import Held
from models.tables import CaseRow, EntryRow, SimilarDocumentRow, SolutionEntryRow, SolutionRow

SOLUTIONS, LEDGER = table_of(SolutionRow), table_of(SolutionEntryRow)
CASES, ENTRIES, INDEXED = (table_of(t) for t in (CaseRow, EntryRow, SimilarDocumentRow))

INDEX_KIND = "solution"
"""The kind of solutions in the index of similar cases."""


class SolutionQueries(LedgerQueries):
    """Reads solutions; never writes them."""

    ledger = LEDGER

    async def allot(self, division: str) -> str:
        """A number for a solution that is written by hand."""
        async with transaction(self._engine) as connection:
            return await next_number(connection, division, datetime.now(UTC), "Y")

    async def one(self, number: str) -> Solution | None:
        """A solution, or None."""
        solutions = await self.those(SOLUTIONS.c.case_no == number)
        return solutions[0] if solutions else None

    async def those(self, wanted: ColumnElement[bool], limit: int = 500) -> list[Solution]:
        """Solutions of a kind, the newest first."""
        statement = select(SOLUTIONS.c.state).where(wanted).order_by(SOLUTIONS.c.case_no.desc()).limit(limit)
        return await restored(self._rules, Solution, await rows(self._engine, statement))

    async def of_district(self, district: str | None) -> list[Solution]:
        """The solutions of a district (None: of all)."""
        return await self.those(true() if district is None else SOLUTIONS.c.district == district)

    async def of_case(self, case_no: str) -> dict[str, str]:
        """How far the solutions have come that grew from this case, by their number."""
        c = SOLUTIONS.c
        solutions = await rows(self._engine, select(c.case_no, c.stage).where(c.of_case == case_no))
        return {row.case_no: row.stage for row in solutions}

    async def in_force(self, numbers: Sequence[str]) -> list[Solution]:
        """The solutions among these that are in force today."""
        if not numbers:
            return []
        published = await self.those(and_(SOLUTIONS.c.case_no.in_(numbers), SOLUTIONS.c.published))
        return [solution for solution in published if solution.state.is_in_force(datetime.now(UTC))]

    async def version(self, district: str, number: str) -> dict[str, Any] | None:
        """The solution in force under that number in this district, as a case keeps it."""
        solutions = await self.in_force([number.replace("\0", "")])
        if not solutions or solutions[0].state.district != district or solutions[0].state.in_force is None:
            return None
        current = solutions[0].state.in_force
        content = current.content.model_dump(mode="json", exclude_none=True)
        return {"no": current.no, "version": current.version, "content": content}

    async def drafted(self, author: str, key: str) -> str | None:
        """The solution that somebody drafted under this Idempotency-Key."""
        c = LEDGER.c
        mine = and_(c.seq == 1, c.actor == author, c.command_id == key)
        draft = await first_row(self._engine, select(c.case_no).where(mine).limit(1))
        return str(draft.case_no) if draft else None

    async def reuse(self, numbers: Sequence[str]) -> dict[str, AnyRow]:
        """Of each solution in how many cases it was applied, and how many applicants those had (受益对象)."""
        e, c = ENTRIES.c, CASES.c
        number = e.detail["solution_id"].astext
        applicants = func.count(func.distinct(func.coalesce(c.applicant_key, c.case_no)))
        counted = select(
            number.label("number"), func.count(func.distinct(e.case_no)).label("cases"), applicants.label("people")
        )
        joined = counted.join(CASES, c.case_no == e.case_no).where(
            e.action == Action.SOLUTION_APPLIED, number.in_(numbers)
        )
        return {row.number: row for row in await rows(self._engine, joined.group_by(number))} if numbers else {}

    async def held(self, solution: SolutionState, since: datetime) -> list[Held]:
        """The cases of the district in the matters of this solution: of the case it grew from, and where applied."""
        e, c = ENTRIES.c, CASES.c
        named = and_(e.action == Action.SOLUTION_APPLIED, e.detail["solution_id"].astext == solution.case_no)
        own = select(c.matter).where(or_(c.case_no == solution.of_case, c.case_no.in_(select(e.case_no).where(named))))
        resolved = c.state["resolved_at"].astext.cast(DateTime(timezone=True)).label("resolved_at")
        mine = and_(c.district == solution.district, c.matter.in_(own), c.registered_at >= since)
        cases = await rows(self._engine, select(c.registered_at, resolved).where(mine))
        return [Held(row.registered_at, row.resolved_at) for row in cases]

    async def not_indexed(self) -> list[Solution]:
        """In force and not in the index."""
        d = INDEXED.c
        indexed = exists().where(and_(d.kind == INDEX_KIND, d.ref == SOLUTIONS.c.case_no))
        return await self.those(and_(SOLUTIONS.c.published, ~indexed))

    async def wrongly_indexed(self) -> list[str]:
        """In the index and not in force."""
        d, s = INDEXED.c, SOLUTIONS.c
        published = exists().where(and_(s.case_no == d.ref, s.published))
        return [
            row.ref for row in await rows(self._engine, select(d.ref).where(and_(d.kind == INDEX_KIND, ~published)))
        ]
