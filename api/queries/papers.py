"""Papers that were handed out (已出具文书查询)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import PaperRow

PAPERS = table_of(PaperRow)


class PaperQueries:
    """Reads `papers`; adds to it, and never changes what is there."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def paper(self, no: str) -> AnyRow | None:
        """The paper of that number, if it was handed out."""
        found = await rows(self._engine, select(PAPERS).where(PAPERS.c.no == no))
        return found[0] if found else None

    async def keep(self, **row: Any) -> None:
        """Keep a paper, unless somebody was quicker: the first one stands."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(PAPERS).values(**row).on_conflict_do_nothing())
