"""现场更新: tells open pages that something they show has changed; the page then asks for itself again.

Only a number is sent: pages decide what somebody may see. One task a process listens for new events while pages are
open, however many those are; while none is, it does nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import psycopg
from psycopg_pool import AsyncConnectionPool

from api.queries.events import EventQueries

NET_SECONDS = 10.0
"""So long nothing is notified before one looks all the same."""

AFTER_FAULT_SECONDS = 2.0

HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
"""How long a stream lasts before the page opens another: the right to look is checked again by then."""

MOST_EVENTS = 500
"""A page that missed more is told of a change without a look."""

logger = logging.getLogger(__name__)

Concerns = Callable[[set[str]], Awaitable[bool]]
"""Whether a change of one of these cases is this page's concern."""


@dataclass(eq=False)
class _Listener:
    cases: set[str] = field(default_factory=set)
    number: int = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Feed:
    """The open pages of this process."""

    def __init__(self, queries: EventQueries, pool: AsyncConnectionPool) -> None:
        self._queries, self._pool = queries, pool
        self._listeners: set[_Listener] = set()
        self._anybody = asyncio.Event()

    async def run(self) -> None:
        """Announce events as long as somebody listens. Ends by cancellation only."""
        while True:
            await self._anybody.wait()
            try:
                await self._tell()
            except psycopg.OperationalError as error:
                logger.warning("现场更新中断（%s），%.0f 秒后继续", error, AFTER_FAULT_SECONDS)
                await asyncio.sleep(AFTER_FAULT_SECONDS)

    async def _tell(self) -> None:
        async with self._pool.connection() as session:
            try:
                await session.execute("LISTEN events")
                position = await self._queries.newest()
                while self._listeners:
                    async for _ in session.notifies(timeout=NET_SECONDS, stop_after=1):
                        pass
                    for number, case_no in await self._queries.changed(position, MOST_EVENTS):
                        position = number
                        for listener in self._listeners:
                            listener.cases.add(case_no)
                            listener.number = number
                            listener.woken.set()
                self._anybody.clear()
            finally:
                await session.close()  # the pool's next user is not told of anything

    async def stream(self, since: int, concerns: Concerns) -> AsyncIterator[str]:
        """Server-sent events: a number each time something of this page's concern has changed after `since`."""
        listener = _Listener()
        self._listeners.add(listener)
        self._anybody.set()
        try:
            yield "retry: 1000\n\n"
            missed = await self._queries.changed(since, MOST_EVENTS)
            if missed and (len(missed) == MOST_EVENTS or await concerns({case_no for _, case_no in missed})):
                yield f"data: {missed[-1][0]}\n\n"
            ends = asyncio.get_running_loop().time() + LONGEST_SECONDS
            while asyncio.get_running_loop().time() < ends:
                try:
                    await asyncio.wait_for(listener.woken.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ":\n\n"
                    continue
                cases, listener.cases = listener.cases, set()
                listener.woken.clear()
                if await concerns(cases):
                    yield f"data: {listener.number}\n\n"
        finally:
            self._listeners.discard(listener)
