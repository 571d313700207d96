"""Sealing the access log (访问日志封存): once a minute new rows are hashed and chained.

A row changed, deleted or inserted later no longer fits its seal. Only rows some minutes old are sealed, because an open
transaction may hold an earlier number.
"""

from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity

from activities.platform.heartbeat import beating
from models.audit.access import COLUMNS, seal_of

SETTLED_SECONDS = 60
"""Our statements run ten seconds at most, so older rows are committed or never will be."""

AT_ONCE = 5000

_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('access-seals', 0))"
_LAST = "SELECT up_to, seal FROM access_seals ORDER BY up_to DESC LIMIT 1"
_ROWS = f"""
SELECT {", ".join(COLUMNS)} FROM access_log
WHERE id > %s AND at < now() - make_interval(secs => %s) ORDER BY id LIMIT %s
"""
_KEEP = "INSERT INTO access_seals (up_to, count, seal, at) VALUES (%s, %s, %s, now())"


@dataclass(frozen=True)
class AccessSeals:
    """A duty (workflows/hosting/schedules.py)."""

    pool: AsyncConnectionPool

    @activity.defn(name="seal_access_log")
    async def seal_all(self) -> str:
        """Seal all settled rows. May be repeated, also by two processes at once."""
        sealed = 0
        async with beating(), self.pool.connection() as session:
            while True:
                count = await seal(session, SETTLED_SECONDS)
                sealed += count
                if count < AT_ONCE:
                    return f"封存 {sealed} 条"


async def seal(session: AsyncConnection, settled_seconds: int) -> int:
    """Seal rows older than that, one after the other. Returns their number."""
    async with session.transaction():
        await session.execute(_ONE_BY_ONE)
        last = await (await session.execute(_LAST)).fetchone()
        up_to, previous = last or (0, "")
        rows = await (await session.execute(_ROWS, (up_to, settled_seconds, AT_ONCE))).fetchall()
        if rows:
            await session.execute(_KEEP, (rows[-1][0], len(rows), seal_of(previous, rows)))
    return len(rows)
