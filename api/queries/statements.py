"""Prepared statements (预备语句): queries of nearly every request, straight through psycopg.

Everything else is put together by SQLAlchemy (see rows.py): it reads better, and costs several times as much.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool

PATIENCE = 5.0
"""How long, in seconds, a request waits for a connection before it is told that the database does not answer."""


class Statements:
    """Runs one statement at a time, each of which commits by itself.

    A statement is prepared when a connection runs it for the first time, so its text must always be the same.
    """

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def rows(self, statement: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        connection = await self._pool.getconn(PATIENCE)
        try:
            return await (await connection.execute(statement, values)).fetchall()
        except OperationalError:
            await self._forget_lost(connection.broken)
            raise
        finally:
            await self._pool.putconn(connection)

    async def one(self, statement: LiteralString, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = await self.rows(statement, values)
        return rows[0] if rows else None

    async def run(self, statement: LiteralString, values: Mapping[str, Any]) -> None:
        """Run a statement that answers nothing."""
        connection = await self._pool.getconn(PATIENCE)
        try:
            await connection.execute(statement, values)
        except OperationalError:
            await self._forget_lost(connection.broken)
            raise
        finally:
            await self._pool.putconn(connection)

    async def _forget_lost(self, lost: bool) -> None:
        """A database that ended one connection has ended the others too: nobody else has to find that out."""
        if lost:
            await self._pool.check()
