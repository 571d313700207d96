"""Sealing the access log (访问日志封存): once a minute what was written is hashed and chained.

A row that is changed, deleted or put in between afterwards no longer fits its seal. Only rows that are some minutes old
are sealed: a transaction that is still open may hold an earlier number.
"""

import asyncio
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from activities.leader import lead
from models.audit.access import COLUMNS, seal_of

LOOK_SECONDS = 60.0
SETTLED_SECONDS = 60
"""No statement of ours runs longer than ten seconds: what is older has been committed, or never will be."""

AT_ONCE = 5000

_LAST = "SELECT up_to, seal FROM access_seals ORDER BY up_to DESC LIMIT 1"
_ROWS = f"""
SELECT {", ".join(COLUMNS)} FROM access_log
WHERE id > %s AND at < now() - make_interval(secs => %s) ORDER BY id LIMIT %s
"""
_KEEP = "INSERT INTO access_seals (up_to, count, seal, at) VALUES (%s, %s, %s, now())"


@dataclass(frozen=True)
class AccessSeals:
    """Seals again and again, for as long as this worker leads."""

    pool: AsyncConnectionPool

    async def run(self) -> None:
        """Ends by cancellation only."""

        async def work(session: AsyncConnection) -> None:
            while True:
                while await seal(session, SETTLED_SECONDS) == AT_ONCE:
                    pass
                await asyncio.sleep(LOOK_SECONDS)

        await lead(self.pool, "access-seals", work)


async def seal(session: AsyncConnection, settled_seconds: int) -> int:
    """Seal what is older than that; how many rows that were."""
    last = await (await session.execute(_LAST)).fetchone()
    up_to, previous = last or (0, "")
    rows = await (await session.execute(_ROWS, (up_to, settled_seconds, AT_ONCE))).fetchall()
    if rows:
        await session.execute(_KEEP, (rows[-1][0], len(rows), seal_of(previous, rows)))
    return len(rows)
