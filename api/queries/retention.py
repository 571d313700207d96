"""Cases whose keys may be destroyed, and destructions (销毁查询)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import and_, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.rules import RuleBook
from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from api.queries.stored import restored
from models.case import Case
from models.codes import Stage
from models.tables import CaseKeyRow, CaseRow, DestructionRow

CASES, KEYS, DESTRUCTIONS = (table_of(t) for t in (CaseRow, CaseKeyRow, DestructionRow))


class RetentionQueries:
    """Reads cases by age; reads and writes `destructions`."""

    def __init__(self, engine: AsyncEngine, rules: RuleBook) -> None:
        self._engine, self._rules = engine, rules

    async def archived_before(self, at: datetime, limit: int) -> Sequence[Case]:
        """Archived cases that were registered before, and whose key is still there, the oldest first."""
        c = CASES.c
        alive = exists().where(and_(KEYS.c.case_no == c.case_no, KEYS.c.wrapped.is_not(None)))
        old = and_(c.stage == Stage.ARCHIVED, c.registered_at < at, alive)
        states = await rows(self._engine, select(c.state).where(old).order_by(c.registered_at).limit(limit))
        return await restored(self._rules, Case, states)

    async def ask(self, case_no: str, by: str, why: str) -> bool:
        """Keep that somebody asked; False where somebody had."""
        row = {"case_no": case_no, "asked_by": by, "asked_at": datetime.now(UTC), "why": why}
        statement = insert(DESTRUCTIONS).values(row).on_conflict_do_nothing().returning(DESTRUCTIONS.c.case_no)
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).first() is not None

    async def one(self, case_no: str) -> AnyRow | None:
        """The destruction asked for this case, or None."""
        return await first_row(self._engine, select(DESTRUCTIONS).where(DESTRUCTIONS.c.case_no == case_no))

    async def done(self, case_no: str, by: str) -> None:
        """Keep that it was carried out, once."""
        c = DESTRUCTIONS.c
        open_one = and_(c.case_no == case_no, c.done_at.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(DESTRUCTIONS).where(open_one).values(done_by=by, done_at=datetime.now(UTC)))
