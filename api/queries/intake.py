"""Refused pieces, and imports with their results (外部来件、批量导入)."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.platform.bell import Wake
from api.queries.rows import AnyRow, first_row, rows, table_of, transaction, wake
from models.tables import ImportChunkRow, ImportResultRow, ImportRow, IntakeRefusedRow

REFUSED, IMPORTS = table_of(IntakeRefusedRow), table_of(ImportRow)
CHUNKS, RESULTS = table_of(ImportChunkRow), table_of(ImportResultRow)

PAGE = 1000


class IntakeQueries:
    """Dead letters, and imports from the file to the last row's result."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def refused(self, row: dict[str, Any]) -> None:
        """Keep a piece that was refused."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(REFUSED).values(row))

    async def refusals(self, limit: int) -> Sequence[AnyRow]:
        """The newest first."""
        return await rows(self._engine, select(REFUSED).order_by(REFUSED.c.id.desc()).limit(limit))

    async def keep_import(self, row: dict[str, Any], pieces: Iterable[bytes]) -> None:
        """Keep an import with its file, in one transaction."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(IMPORTS).values({**row, "done": 0, "kept": 0, "refused": 0}))
            for number, piece in enumerate(pieces):
                values = {"import_id": row["import_id"], "number": number, "data": piece}
                await connection.execute(insert(CHUNKS).values(values))
            await wake(connection, Wake.IMPORTS)

    async def read_through(self, import_id: str, total: int) -> None:
        """Note that the whole file can be read, and how many rows it has."""
        async with transaction(self._engine) as connection:
            mine = IMPORTS.c.import_id == import_id
            await connection.execute(update(IMPORTS).where(mine).values(total=total))

    async def one_import(self, import_id: str) -> AnyRow | None:
        """An import, or None."""
        return await first_row(self._engine, select(IMPORTS).where(IMPORTS.c.import_id == import_id))

    async def imports_of(self, units: Sequence[str], limit: int) -> Sequence[AnyRow]:
        """Imports of these windows, the newest first."""
        c = IMPORTS.c
        return await rows(
            self._engine, select(IMPORTS).where(c.unit.in_(units)).order_by(c.created_at.desc()).limit(limit)
        )

    async def waiting_imports(self, limit: int) -> Sequence[AnyRow]:
        """The oldest that are not finished."""
        c = IMPORTS.c
        waiting = select(IMPORTS).where(c.finished_at.is_(None)).order_by(c.created_at).limit(limit)
        return await rows(self._engine, waiting)

    async def pieces(self, import_id: str) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        number = 0
        while True:
            where = and_(CHUNKS.c.import_id == import_id, CHUNKS.c.number == number)
            chunk = await first_row(self._engine, select(CHUNKS.c.data).where(where))
            if chunk is None:
                return
            yield chunk.data
            number += 1

    async def last_row(self, import_id: str) -> int:
        """The last row of the sheet that has a result; 0 before the first."""
        c = RESULTS.c
        last = await rows(self._engine, select(func.coalesce(func.max(c.row), 0)).where(c.import_id == import_id))
        return int(last[0][0])

    async def keep_results(self, import_id: str, results: Sequence[dict[str, Any]]) -> None:
        """Keep the results of some rows, and count them, in one transaction."""
        good = sum(not result["errors"] for result in results)
        c = IMPORTS.c
        async with transaction(self._engine) as connection:
            await connection.execute(insert(RESULTS), [{**result, "import_id": import_id} for result in results])
            counted = {"done": c.done + len(results), "kept": c.kept + good, "refused": c.refused + len(results) - good}
            await connection.execute(update(IMPORTS).where(c.import_id == import_id).values(counted))

    async def finish(self, import_id: str, error: str | None) -> None:
        """The import is done, or its file cannot be read. The file itself is not kept any longer."""
        c = IMPORTS.c
        async with transaction(self._engine) as connection:
            done = {"finished_at": datetime.now(UTC), "error": error}
            await connection.execute(update(IMPORTS).where(c.import_id == import_id).values(done))
            await connection.execute(CHUNKS.delete().where(CHUNKS.c.import_id == import_id))

    async def results(self, import_id: str) -> AsyncIterator[AnyRow]:
        """The result of each row, in order, a page at a time."""
        c, after = RESULTS.c, 0
        while True:
            where = and_(c.import_id == import_id, c.row > after)
            results = await rows(self._engine, select(RESULTS).where(where).order_by(c.row).limit(PAGE))
            for row in results:
                yield row
            if len(results) < PAGE:
                return
            after = results[-1].row
