"""Amended laws (依据修改查询; CL8): the solutions that rest on them, and the cases refused because of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, String, and_, cast, exists, func, insert, literal, select, text, true
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.rules import RuleBook
from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from api.queries.stored import restored
from models.actions import Action
from models.solution import Solution
from models.tables import AmendedBasisRow, CaseRow, EntryRow, SolutionEntryRow, SolutionRow
from models.tables.register import SAID_NO

AMENDED, SOLUTIONS, LEDGER = (table_of(t) for t in (AmendedBasisRow, SolutionRow, SolutionEntryRow))
CASES, ENTRIES = table_of(CaseRow), table_of(EntryRow)

MARKS = '《》〈〉「」“” 　"'
"""Marks around a law's name that may be left out: 《文物保护法》第二十条 is 文物保护法第二十条."""

MOST = 1000


def _cites(text: ColumnElement[str], citation: ColumnElement[str]) -> ColumnElement[bool]:
    return func.strpos(func.translate(text, MARKS, ""), func.translate(citation, MARKS, "")) > 0


class AmendedQueries:
    """Reads and writes `amended_bases`."""

    def __init__(self, engine: AsyncEngine, rules: RuleBook) -> None:
        self._engine, self._rules = engine, rules

    async def keep(self, district: str, citation: str, why: str, by: str) -> int:
        """Keep that a law or policy was amended; its number."""
        row = {"district": district, "citation": citation, "why": why, "by": by, "at": datetime.now(UTC)}
        async with transaction(self._engine) as connection:
            return int((await connection.execute(insert(AMENDED).values(row).returning(AMENDED.c.id))).scalar_one())

    async def one(self, number: int) -> AnyRow | None:
        """An amendment, or None."""
        return await first_row(self._engine, select(AMENDED).where(AMENDED.c.id == number))

    async def listed(self, district: str | None) -> Sequence[AnyRow]:
        """The amendments of a district (None: of all), the newest first."""
        mine = true() if district is None else AMENDED.c.district == district
        return await rows(self._engine, select(AMENDED).where(mine).order_by(AMENDED.c.id.desc()).limit(200))

    async def unfinished(self) -> Sequence[AnyRow]:
        """Amendments on which something still rests that was published before them."""
        return await rows(self._engine, select(AMENDED).where(exists().where(_rests_on(AMENDED.c))))

    async def resting_on(self, amended: AnyRow) -> list[Solution]:
        """Solutions in force in the amendment's district that were published before it and cite the amended law."""
        state = SOLUTIONS.c.state
        resting = select(state).join(AMENDED, _rests_on(AMENDED.c)).where(AMENDED.c.id == amended.id)
        return await restored(self._rules, Solution, await rows(self._engine, resting))

    async def suspended_by(self, amended: AnyRow) -> list[str]:
        """The solutions that were suspended because of it."""
        c = LEDGER.c
        named = and_(c.action == Action.SUSPENDED, c.detail["citation"].astext == amended.citation, c.at >= amended.at)
        mine = select(c.case_no).distinct().join(SOLUTIONS, SOLUTIONS.c.case_no == c.case_no)
        suspended = await rows(self._engine, mine.where(named, SOLUTIONS.c.district == amended.district))
        return sorted(row.case_no for row in suspended)

    async def refused_on(self, district: str, citation: str) -> Sequence[AnyRow]:
        """Cases of a district refused on this basis, by a window or a department: each is looked at anew."""
        e, c = ENTRIES.c, CASES.c
        names = (c.case_no, c.matter, c.unit, c.stage, c.registered_at)
        wanted = select(*names).distinct().join(ENTRIES, e.case_no == c.case_no)
        cites = _cites(e.detail["legal_basis"].astext, cast(literal(citation), String))
        mine = wanted.where(c.district == district, text(f"({SAID_NO})"), cites)
        return await rows(self._engine, mine.order_by(c.registered_at.desc()).limit(MOST))


def _rests_on(amended: Any) -> ColumnElement[bool]:
    s, current = SOLUTIONS.c, SOLUTIONS.c.state["in_force"]
    published = current["published_at"].astext.cast(DateTime(timezone=True))
    basis = current["content"]["legal_basis"].astext
    return and_(s.district == amended.district, s.published, published < amended.at, _cites(basis, amended.citation))
