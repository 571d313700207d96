"""现场更新: tells open pages that something they show has changed; the page then asks for itself again.

What is sent is a number and nothing else: what somebody may see is decided where pages are made. One task a process
looks for new events while pages are open, however many those are.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from api.queries.events import EventQueries

LOOK_SECONDS = 0.4
"""How often events are looked for; with half a second until one is numbered (activities/events.py), below two."""

HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
"""After so long a stream ends, and the page opens another: whoever may no longer look is asked again by then."""

MOST_EVENTS = 500
"""A page that missed more is told of a change without a look."""

Concerns = Callable[[set[str]], Awaitable[bool]]
"""Whether a change of one of these cases is this page's concern."""


@dataclass(eq=False)
class _Listener:
    cases: set[str] = field(default_factory=set)
    number: int = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Feed:
    """The open pages of this process."""

    def __init__(self, queries: EventQueries) -> None:
        self._queries = queries
        self._listeners: set[_Listener] = set()
        self._anybody = asyncio.Event()

    async def run(self) -> None:
        """Look for events as long as somebody listens. Ends by cancellation only."""
        while True:
            await self._anybody.wait()
            position = await self._queries.newest()
            while self._listeners:
                await asyncio.sleep(LOOK_SECONDS)
                for number, case_no in await self._queries.changed(position, MOST_EVENTS):
                    position = number
                    for listener in self._listeners:
                        listener.cases.add(case_no)
                        listener.number = number
                        listener.woken.set()
            self._anybody.clear()

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
