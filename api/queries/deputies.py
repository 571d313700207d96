"""Deputations (代理查询): one person stands in for another."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.calendar import beijing_date
from models.deputies import Deputation, Person, check
from models.organisation import Organisation
from models.tables import DeputationRow

DEPUTATIONS = table_of(DeputationRow)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('deputations', 0))")


class DeputyQueries:
    """Reads and makes deputations. Revoked ones are kept."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def make(
        self, new: Deputation, principal: Person, deputy: Person, org: Organisation, *, by: str, reason: str
    ) -> AnyRow:
        """Make a deputation that fits the others. Raises the rule's Refusal; of two that clash one is kept."""
        now = datetime.now(UTC)
        async with transaction(self._engine) as connection:
            await connection.execute(_ONE_AT_A_TIME)
            standing = [_deputation(row) for row in await _standing(connection)]
            check(new, principal, deputy, standing, beijing_date(now), org)
            row = {
                "principal": new.principal,
                "deputy": new.deputy,
                "since": new.since,
                "until": new.until,
                "reason": reason,
                "made_by": by,
                "made_at": now,
            }
            return (await connection.execute(insert(DEPUTATIONS).values(row).returning(DEPUTATIONS))).one()

    async def one(self, number: int) -> AnyRow | None:
        """One deputation, or None."""
        return await first_row(self._engine, select(DEPUTATIONS).where(DEPUTATIONS.c.id == number))

    async def revoke(self, number: int, by: str) -> AnyRow:
        """End a deputation from now on; once."""
        c = DEPUTATIONS.c
        async with transaction(self._engine) as connection:
            end: dict[str, Any] = {"revoked_by": by, "revoked_at": datetime.now(UTC)}
            await connection.execute(update(DEPUTATIONS).where(c.id == number, c.revoked_at.is_(None)).values(end))
            return (await connection.execute(select(DEPUTATIONS).where(c.id == number))).one()

    async def of(self, usernames: Sequence[str] | None) -> Sequence[AnyRow]:
        """The deputations that name one of these people (None: all), the newest first."""
        c = DEPUTATIONS.c
        wanted = select(DEPUTATIONS).order_by(c.id.desc())
        if usernames is not None:
            wanted = wanted.where(or_(c.principal.in_(usernames), c.deputy.in_(usernames)))
        return await rows(self._engine, wanted)

    async def stands_in(self, deputy: str, principal: str) -> bool:
        """Whether this person stands in for that one today."""
        c, today = DEPUTATIONS.c, beijing_date(datetime.now(UTC))
        mine = (c.deputy == deputy, c.principal == principal, c.since <= today, c.until >= today)
        return bool(await rows(self._engine, select(c.id).where(*mine, c.revoked_at.is_(None))))


async def _standing(connection: AsyncConnection) -> Sequence[AnyRow]:
    c = DEPUTATIONS.c
    return (await connection.execute(select(DEPUTATIONS).where(c.revoked_at.is_(None)))).all()


def _deputation(row: AnyRow) -> Deputation:
    return Deputation(row.principal, row.deputy, row.since, row.until)
