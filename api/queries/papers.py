"""Papers that were handed out (已出具文书查询)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, table_of, transaction
from models.tables import PaperRow

PAPERS = table_of(PaperRow)


class PaperQueries:
    """Reads `papers`; adds to it, and never changes a row."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def paper(self, no: str) -> AnyRow | None:
        """The paper of that number, if it was handed out."""
        return await first_row(self._engine, select(PAPERS).where(PAPERS.c.no == no))

    async def keep(self, **row: Any) -> None:
        """Keep a paper; where there is one already, the first stays."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(PAPERS).values(**row).on_conflict_do_nothing())
