"""The bell (唤醒): PostgreSQL's notifications wake the waiting tasks of this process, so none polls.

A notification may be lost with the listening session, so each wait ends after some time and the task looks anyway.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from psycopg import AsyncConnection, sql

CHANNEL = "followers"
"""The channel that notifies the followers; the payload is one of `Wake`."""


class Wake(StrEnum):
    """Reasons for waking a task."""

    ENTRIES = "entries"
    """Entries were written (by the trigger of `entries`)."""
    SUBSCRIPTIONS = "subscriptions"
    """A subscription was changed (api/queries/events.py)."""
    IMPORTS = "imports"
    """A sheet was kept (api/queries/intake.py), or one is finished."""
    EVENTS = "events"
    """Entries were numbered by this process."""
    ACTED = "acted"
    """A follower of this process did some work."""
    SENT = "sent"
    """A subscription of this process was served."""


class Bell:
    """The waiting tasks of this process, by their reasons."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()

    @asynccontextmanager
    async def ear(self, *names: Wake) -> AsyncIterator["Ear"]:
        """Listen for these names from now on. A ring between two waits is heard at the next wait."""
        ear = Ear(frozenset(names))
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    def ring(self, *names: Wake) -> None:
        """Wake the tasks that wait for one of these names."""
        for ear in self._ears:
            ear.hear(ear.names.intersection(names))

    async def listen(self, session: AsyncConnection, channel: str) -> None:
        """Ring for every notification on this channel. Ends by cancellation, or with the session by raising."""
        await session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        async for notification in session.notifies():
            self.ring(*(name for name in Wake if name == notification.payload))


class Ear:
    """A task that waits for some names."""

    def __init__(self, names: frozenset[Wake]) -> None:
        self.names = names
        self._heard: set[Wake] = set()
        self._woken = asyncio.Event()

    def hear(self, names: frozenset[Wake]) -> None:
        """Names rung, kept until the next wait ends."""
        if names:
            self._heard |= names
            self._woken.set()

    async def wait(self, seconds: float) -> frozenset[Wake]:
        """The names rung since the last wait; empty after that many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        heard, self._heard = frozenset(self._heard), set[Wake]()
        self._woken.clear()
        return heard
