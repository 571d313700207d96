"""Leader election (主备): endless work that only one process at a time may do.

The holder of an advisory lock in PostgreSQL works; the others keep asking for it. The lock ends with its session: when
a process dies or loses the database, the next one takes over.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

ASK_SECONDS = 2.0
"""The wait between two requests for the lock, and after an error."""

_TAKE = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"

logger = logging.getLogger(__name__)


async def lead(pool: AsyncConnectionPool, name: str, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """Do this endless work while no other process does the work of this name. Ends by cancellation only.

    The work gets the session that holds the lock, so its writes there are the leader's. An error is logged, and the
    work begins anew after a pause.
    """
    while True:
        try:
            async with pool.connection() as session:
                if await _taken(session, name):
                    try:
                        await work(session)
                    finally:
                        await session.close()  # and with it the lock; the pool opens another one
        except Exception as error:
            fault = None if _away(error) else error
            logger.warning("%s 中断（%s），%.0f 秒后继续", name, error, ASK_SECONDS, exc_info=fault)
        await asyncio.sleep(ASK_SECONDS)


async def steadily(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do this endless work, and begin it anew when it raises, so that other work goes on."""
    while True:
        try:
            await work()
        except Exception as error:
            fault = None if _away(error) else error
            logger.warning("%s 中断（%s），%.0f 秒后继续", name, error, ASK_SECONDS, exc_info=fault)
        await asyncio.sleep(ASK_SECONDS)


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run endless work during the block, and end it in order with the block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _away(error: BaseException) -> bool:
    """Whether the error only means that the database was away."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_away, error.exceptions))
    return isinstance(error, psycopg.OperationalError) or isinstance(error.__cause__, psycopg.OperationalError)


async def _taken(session: AsyncConnection, name: str) -> bool:
    row = await (await session.execute(_TAKE, (name,))).fetchone()
    return bool(row and row[0])
