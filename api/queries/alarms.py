"""Alarms (告警查询)."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import AlarmRow

ALARMS = table_of(AlarmRow)


class AlarmQueries:
    """Reads `alarms`; notes by whom a ledger was mended."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def alarms(self, limit: int, *, only_open: bool) -> Sequence[AnyRow]:
        """Alarms: the open ones first, the newest first among each."""
        c = ALARMS.c
        wanted = select(ALARMS).order_by(c.settled_at.is_not(None), c.raised_at.desc()).limit(limit)
        return await rows(self._engine, wanted.where(c.settled_at.is_(None)) if only_open else wanted)

    async def open_count(self) -> int:
        """How many alarms are open."""
        still = select(func.count()).select_from(ALARMS).where(ALARMS.c.settled_at.is_(None))
        return int((await rows(self._engine, still))[0][0])

    async def about(self, ledger: str) -> set[str]:
        """The kinds of alarms about this ledger that are not over."""
        c = ALARMS.c
        mine = and_(c.ledger == ledger, c.settled_at.is_(None))
        return {str(row[0]) for row in await rows(self._engine, select(c.kind).where(mine))}

    async def mended(self, ledger: str, by: str) -> None:
        """Note by whom the ledger was mended."""
        c = ALARMS.c
        mine = and_(c.ledger == ledger, c.settled_at.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(ALARMS).where(mine).values(mended_by=by))
