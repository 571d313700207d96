"""Draws of look-backs (抽查查询): committed, revealed, and whose cases they are about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.actions import Action
from models.draws import commitment
from models.tables import CaseRow, DrawRow, EntryRow

DRAWS, CASES, ENTRIES = table_of(DrawRow), table_of(CaseRow), table_of(EntryRow)


class DrawQueries:
    """Keeps seeds; a seed once committed never changes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def commit(self, district: str, month: str, seed: str, share: float, now: datetime) -> None:
        """Commit to a seed for a month; the first one stays."""
        row = {"district": district, "month": month, "commitment": commitment(seed), "seed": seed}
        async with transaction(self._engine) as connection:
            kept = insert(DRAWS).values({**row, "share": share, "committed_at": now}).on_conflict_do_nothing()
            await connection.execute(kept)

    async def unsettled(self, before: str) -> Sequence[AnyRow]:
        """Draws of earlier months that have not been sent to all their cases."""
        c = DRAWS.c
        return await rows(self._engine, select(DRAWS).where(and_(c.month < before, c.settled_at.is_(None))))

    async def mark(self, district: str, month: str, column: str, now: datetime) -> None:
        """Keep when a draw was revealed, or settled; the first time counts."""
        c = DRAWS.c
        mine = and_(c.district == district, c.month == month, c[column].is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(DRAWS).where(mine).values({column: now}))

    async def waiting(self, district: str, since: datetime, until: datetime) -> list[str]:
        """The cases archived in that time which still wait for the draw."""
        e, c = ENTRIES.c, CASES.c
        archived = and_(e.action == Action.ARCHIVED, e.at >= since, e.at < until)
        wanted = select(c.case_no).join(ENTRIES, e.case_no == c.case_no)
        wanted = wanted.where(
            and_(archived, c.district == district, c.state.has_key("awaits_draw"), c.stage == "archived")
        )
        return [row[0] for row in await rows(self._engine, wanted.distinct().order_by(c.case_no))]

    async def published(self, district: str | None) -> Sequence[AnyRow]:
        """Draws as the public sees them, the newest first."""
        c = DRAWS.c
        wanted = select(DRAWS).order_by(c.month.desc(), c.district).limit(200)
        return await rows(self._engine, wanted.where(c.district == district) if district else wanted)
