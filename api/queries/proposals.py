"""Changes of the calendar that wait for a second person (日历变更申请查询)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import CalendarProposalRow

PROPOSALS = table_of(CalendarProposalRow)


class ProposalQueries:
    """Reads and writes `calendar_proposals`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ask(self, **row: Any) -> None:
        """Keep what somebody asked for."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(PROPOSALS).values(asked_at=datetime.now(UTC), **row))

    async def waiting(self) -> Sequence[AnyRow]:
        """What nobody has settled, the oldest first."""
        c = PROPOSALS.c
        return await rows(self._engine, select(PROPOSALS).where(c.settled_at.is_(None)).order_by(c.asked_at))

    async def one(self, proposal_id: str) -> AnyRow | None:
        """One of them, or None."""
        found = await rows(self._engine, select(PROPOSALS).where(PROPOSALS.c.id == proposal_id))
        return found[0] if found else None

    async def settle(self, proposal_id: str, by: str, *, agreed: bool) -> bool:
        """Note who settled it; False where somebody had."""
        c = PROPOSALS.c
        mine = and_(c.id == proposal_id, c.settled_at.is_(None))
        said = {"settled_by": by, "settled_at": datetime.now(UTC), "agreed": agreed}
        async with transaction(self._engine) as connection:
            return (await connection.execute(update(PROPOSALS).where(mine).values(**said))).rowcount == 1
