"""Searches that somebody keeps (常用查询)."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import SavedFilterRow

FILTERS = table_of(SavedFilterRow)


class FilterQueries:
    """Reads and writes `saved_filters`, each person their own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, username: str) -> Sequence[AnyRow]:
        """The filters that this person keeps, by name."""
        mine = FILTERS.c.username == username
        return await rows(self._engine, select(FILTERS).where(mine).order_by(FILTERS.c.name))

    async def keep(self, username: str, name: str, query: str) -> None:
        """Keep a search; one of the same name is replaced."""
        row = insert(FILTERS).values(username=username, name=name, query=query)
        async with transaction(self._engine) as connection:
            await connection.execute(
                row.on_conflict_do_update(index_elements=["username", "name"], set_={"query": query})
            )

    async def drop(self, username: str, name: str) -> None:
        """Keep it no longer."""
        mine = and_(FILTERS.c.username == username, FILTERS.c.name == name)
        async with transaction(self._engine) as connection:
            await connection.execute(delete(FILTERS).where(mine))
