"""Reading one's reminders (提醒查询)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.tables import ReminderNoteRow

NOTES = table_of(ReminderNoteRow)


class ReminderQueries:
    """Reads notes, and keeps when one was read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, username: str, *, unread: bool, limit: int) -> Sequence[AnyRow]:
        """Somebody's notes, the newest first."""
        c = NOTES.c
        wanted = select(NOTES).where(c.username == username).order_by(c.id.desc()).limit(limit)
        return await rows(self._engine, wanted.where(c.read_at.is_(None)) if unread else wanted)

    async def read(self, username: str, number: int) -> AnyRow | None:
        """Keep that somebody has read a note of theirs; None where it is not. The first time counts."""
        c = NOTES.c
        first = func.coalesce(c.read_at, datetime.now(UTC))
        mine = update(NOTES).where(and_(c.id == number, c.username == username)).values(read_at=first)
        async with transaction(self._engine) as connection:
            return (await connection.execute(mine.returning(NOTES))).one_or_none()
