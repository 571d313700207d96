"""Duty lists, rosters and levels (名册与清单): every version is kept, the newest is in force."""

from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.directory import Directories, Directory
from models.tables import DirectoryRow

DIRECTORIES = table_of(DirectoryRow)


class DirectoryQueries:
    """Reads and adds versions; never changes one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> Directories:
        """Everything in force."""
        c = DIRECTORIES.c
        newest = select(DIRECTORIES).distinct(c.kind, c.key).order_by(c.kind, c.key, c.version.desc())
        return Directories.of([(row.kind, row.key, row.content) for row in await rows(self._engine, newest)])

    async def newest(self, kind: Directory, key: str) -> AnyRow | None:
        """The version in force, or None."""
        c = DIRECTORIES.c
        mine = select(DIRECTORIES).where(and_(c.kind == kind, c.key == key)).order_by(c.version.desc()).limit(1)
        return await first_row(self._engine, mine)

    async def load(self, kind: Directory, key: str, row: dict[str, Any]) -> None:
        """Keep the next version. Raises IntegrityError when another was kept at the same moment."""
        c = DIRECTORIES.c
        last = select(func.coalesce(func.max(c.version), 0) + 1).where(and_(c.kind == kind, c.key == key))
        async with transaction(self._engine) as connection:
            values = {"kind": kind, "key": key, "version": last.scalar_subquery(), **row}
            await connection.execute(insert(DIRECTORIES).values(values))
