"""Proposals of one administrator that another confirms (双人复核查询)."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.tables import ProposalRow

PROPOSALS = table_of(ProposalRow)


class ProposalQueries:
    """Reads and writes `proposals`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ask(self, what: str, about: str, content: dict[str, Any], asked_by: str) -> AnyRow:
        """Keep a proposal; its row."""
        row = {"id": secrets.token_urlsafe(9), "what": what, "about": about, "said": content, "told": ""}
        added = insert(PROPOSALS).values(**row, asked_by=asked_by, asked_at=datetime.now(UTC)).returning(PROPOSALS)
        async with transaction(self._engine) as connection:
            return (await connection.execute(added)).one()

    async def waiting(self, what: str | None = None) -> Sequence[AnyRow]:
        """Proposals that nobody has settled, the oldest first."""
        c = PROPOSALS.c
        wanted = select(PROPOSALS).where(c.settled_at.is_(None)).order_by(c.asked_at)
        return await rows(self._engine, wanted.where(c.what == what) if what else wanted)

    async def unfinished(self) -> Sequence[AnyRow]:
        """Proposals not settled, or confirmed and not carried out, the oldest first."""
        c = PROPOSALS.c
        return await rows(self._engine, select(PROPOSALS).where(c.done_at.is_(None)).order_by(c.asked_at))

    async def same(self, what: str, about: str) -> AnyRow | None:
        """An unfinished proposal of the same thing, or None."""
        return next((row for row in await self.unfinished() if (row.what, row.about) == (what, about)), None)

    async def one(self, proposal_id: str) -> AnyRow | None:
        """One of them, or None."""
        return await first_row(self._engine, select(PROPOSALS).where(PROPOSALS.c.id == proposal_id))

    async def settle(self, proposal_id: str, by: str, *, agreed: bool) -> bool:
        """Note who settled it; False where it was. Until it is carried out, the same person may confirm again."""
        c, now = PROPOSALS.c, datetime.now(UTC)
        again = and_(c.settled_by == by, c.agreed.is_(True), c.done_at.is_(None)) if agreed else c.settled_at.is_(None)
        mine = and_(c.id == proposal_id, or_(c.settled_at.is_(None), again))
        values = {"settled_by": by, "settled_at": now, "agreed": agreed, "done_at": None if agreed else now}
        async with transaction(self._engine) as connection:
            return (await connection.execute(update(PROPOSALS).where(mine).values(**values))).rowcount == 1

    async def done(self, proposal_id: str, outcome: str) -> None:
        """Note that it was carried out or given up, and its outcome."""
        mine = and_(PROPOSALS.c.id == proposal_id, PROPOSALS.c.done_at.is_(None))
        values = {"done_at": datetime.now(UTC), "told": outcome}
        async with transaction(self._engine) as connection:
            await connection.execute(update(PROPOSALS).where(mine).values(**values))
