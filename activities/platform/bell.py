"""The bell (唤醒): what PostgreSQL notifies of wakes whoever in this process waits for it, so that nobody polls.

A notification may be lost with the session that listens; so each waiting has an end, after which one looks anyway.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from psycopg import AsyncConnection, sql

CHANNEL = "followers"
"""What PostgreSQL notifies the followers on; the payload is one of `Wake`."""


class Wake(StrEnum):
    """What somebody is woken for."""

    ENTRIES = "entries"
    """Entries were written (by the trigger of `entries`)."""
    SUBSCRIPTIONS = "subscriptions"
    """Somebody changed a subscription (api/queries/events.py)."""
    IMPORTS = "imports"
    """A sheet was kept (api/queries/intake.py), or one is done with."""
    EVENTS = "events"
    """Entries were numbered by this process."""
    ACTED = "acted"
    """A follower of this process did something."""
    SENT = "sent"
    """A subscription of this process was served."""


class Bell:
    """Whoever waits in this process, by what they wait for."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()

    @asynccontextmanager
    async def ear(self, *names: Wake) -> AsyncIterator["Ear"]:
        """Hear these names from now on. What is rung while nobody waits is heard at the next waiting."""
        ear = Ear(frozenset(names))
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    def ring(self, *names: Wake) -> None:
        """Wake whoever waits for one of these names."""
        for ear in self._ears:
            ear.hear(ear.names.intersection(names))

    async def listen(self, session: AsyncConnection, channel: str) -> None:
        """Ring for every notification on this channel. Ends by cancellation, or with the session by raising."""
        await session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        async for notification in session.notifies():
            self.ring(*(name for name in Wake if name == notification.payload))


class Ear:
    """One that waits for some names."""

    def __init__(self, names: frozenset[Wake]) -> None:
        self.names = names
        self._heard: set[Wake] = set()
        self._woken = asyncio.Event()

    def hear(self, names: frozenset[Wake]) -> None:
        """What was rung, kept until the next waiting ends."""
        if names:
            self._heard |= names
            self._woken.set()

    async def wait(self, seconds: float) -> frozenset[Wake]:
        """What was rung since the last waiting; nothing when so many seconds have passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        heard, self._heard = frozenset(self._heard), set[Wake]()
        self._woken.clear()
        return heard
