"""Alarms (告警查询)."""

from collections.abc import Sequence

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import AlarmRow

ALARMS = table_of(AlarmRow)


class AlarmQueries:
    """Reads `alarms`; notes who had a case taken up again."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def alarms(self, limit: int, *, only_open: bool) -> Sequence[AnyRow]:
        """The newest first."""
        c = ALARMS.c
        wanted = select(ALARMS).order_by(c.raised_at.desc()).limit(limit)
        return await rows(self._engine, wanted.where(c.settled_at.is_(None)) if only_open else wanted)

    async def about(self, case_no: str) -> bool:
        """Whether an alarm about this case is open."""
        c = ALARMS.c
        return bool(
            await rows(self._engine, select(c.run_id).where(and_(c.case_no == case_no, c.settled_at.is_(None))))
        )

    async def taken_up(self, case_no: str, by: str) -> None:
        """Note who had the case taken up again."""
        c = ALARMS.c
        mine = and_(c.case_no == case_no, c.settled_at.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(ALARMS).where(mine).values(taken_up_by=by))
