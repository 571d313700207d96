"""Accounts, second factors and sessions (账号查询)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.tables import SecondFactorRow, SessionRow, StaffRow

STAFF, FACTORS, SESSIONS = (table_of(t) for t in (StaffRow, SecondFactorRow, SessionRow))
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a browser was last used: a row written at every request would be too much."""


class AccountQueries:
    """Reads and writes accounts, second factors and sessions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def account(self, username: str) -> AnyRow | None:
        """A local account, or None."""
        return await first_row(self._engine, select(STAFF).where(STAFF.c.username == username))

    async def accounts(self) -> Sequence[AnyRow]:
        """Every account, with whether its second factor is set up."""
        confirmed = FACTORS.c.confirmed_at.is_not(None).label("second_factor")
        joined = STAFF.outerjoin(FACTORS, FACTORS.c.username == STAFF.c.username)
        return await rows(self._engine, select(STAFF, confirmed).select_from(joined).order_by(STAFF.c.username))

    async def disabled(self) -> frozenset[str]:
        """The usernames of disabled accounts."""
        accounts = await rows(self._engine, select(STAFF.c.username).where(STAFF.c.disabled_at.is_not(None)))
        return frozenset(row[0] for row in accounts)

    async def roles_of_person(self, person_no: str) -> list[str]:
        """The roles that this person holds in accounts that are not disabled."""
        c = STAFF.c
        mine = and_(c.person_no == person_no, c.disabled_at.is_(None))
        return [row[0] for row in await rows(self._engine, select(c.role).where(mine))]

    async def open(self, row: dict[str, Any]) -> bool:
        """Open an account; False where the name is taken."""
        try:
            async with transaction(self._engine) as connection:
                await connection.execute(insert(STAFF).values(row))
        except IntegrityError:
            return False
        return True

    async def change(self, username: str, **values: Any) -> None:
        """Change an account; one that is disabled or has a new password is signed out everywhere."""
        async with transaction(self._engine) as connection:
            await connection.execute(update(STAFF).where(STAFF.c.username == username).values(**values))
            if values.get("disabled_at") or "password_hash" in values:
                mine = and_(SESSIONS.c.username == username, SESSIONS.c.ended_at.is_(None))
                await connection.execute(update(SESSIONS).where(mine).values(ended_at=datetime.now(UTC)))

    # -- second factor -----------------------------------------------------------------------------------

    async def factor(self, username: str) -> AnyRow | None:
        """The second factor of an account, or None."""
        return await first_row(self._engine, select(FACTORS).where(FACTORS.c.username == username))

    async def keep_factor(self, username: str, sealed: bytes) -> None:
        """Keep a new secret until it is confirmed; a confirmed one stays."""
        new = {"sealed": sealed, "last_step": 0}
        statement = upsert(FACTORS).values(username=username, **new)
        unconfirmed = FACTORS.c.confirmed_at.is_(None)
        async with transaction(self._engine) as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["username"], set_=new, where=unconfirmed)
            )

    async def take_step(self, username: str, step: int, *, confirms: bool) -> bool:
        """Take the code of a time step, once; False where it or a later one was taken."""
        values: dict[str, Any] = {"last_step": step, **({"confirmed_at": datetime.now(UTC)} if confirms else {})}
        unused = and_(FACTORS.c.username == username, FACTORS.c.last_step < step)
        async with transaction(self._engine) as connection:
            return (await connection.execute(update(FACTORS).where(unused).values(**values))).rowcount == 1

    async def drop_factor(self, username: str) -> None:
        """Forget a second factor: the person sets up another one."""
        async with transaction(self._engine) as connection:
            await connection.execute(delete(FACTORS).where(FACTORS.c.username == username))

    # -- sessions ----------------------------------------------------------------------------------------

    async def begin_session(self, session_id: str, username: str, address: str, *, enrolling: bool) -> None:
        """A browser has signed in."""
        now = datetime.now(UTC)
        row = {"id": session_id, "username": username, "created_at": now, "seen_at": now, "address": address}
        async with transaction(self._engine) as connection:
            await connection.execute(insert(SESSIONS).values(**row, enrolling=enrolling))

    async def session(self, session_id: str, idle: timedelta, longest: timedelta, *, seen: bool) -> AnyRow | None:
        """The account of a session that is neither ended, idle nor too old; None otherwise. `seen`: it was used now."""
        s, now = SESSIONS.c, datetime.now(UTC)
        alive = and_(s.id == session_id, s.ended_at.is_(None), s.seen_at > now - idle, s.created_at > now - longest)
        joined = SESSIONS.join(STAFF, STAFF.c.username == s.username)
        wanted = select(STAFF, s.seen_at, s.enrolling).select_from(joined)
        row = await first_row(self._engine, wanted.where(and_(alive, STAFF.c.disabled_at.is_(None))))
        if seen and row and row.seen_at < now - SEEN_EVERY:
            async with transaction(self._engine) as connection:
                await connection.execute(update(SESSIONS).where(alive).values(seen_at=func.greatest(s.seen_at, now)))
        return row

    async def end_session(self, session_id: str) -> None:
        """A browser has signed out."""
        mine = and_(SESSIONS.c.id == session_id, SESSIONS.c.ended_at.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(SESSIONS).where(mine).values(ended_at=datetime.now(UTC)))
