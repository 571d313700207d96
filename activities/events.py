"""The event log (事件流): every entry of every case once more, in one gap-free order, for whoever follows it.

A trigger puts each new entry into the `outbox`, in the transaction that writes it. `publish` moves what was committed
into `events`, under the next numbers. A number once given never changes, and nothing is ever put before a number that
somebody has seen; so a follower needs to remember one number only.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.leader import lead

BATCH = 100
"""Events read at a time."""

IDLE_SECONDS = 0.5
FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0
"""Seconds between attempts at an event that its follower fails at: doubled each time."""

_PUBLISH = """
SELECT pg_advisory_xact_lock(hashtextextended('publish', 0));
WITH moved AS (DELETE FROM outbox RETURNING *)
INSERT INTO events (number, case_no, seq, district)
SELECT (SELECT coalesce(max(number), 0) FROM events) + row_number() OVER (ORDER BY id), case_no, seq, district
FROM moved
"""
"""One message to the server: a transaction by itself, in which the second statement sees what was committed before the
lock was ours. Numbers are given here and not when entries are written, so a transaction that stays open leaves no gap
and holds nobody up. An entry is written after its predecessor was committed: whoever sees it sees that one too, with a
smaller id, or finds it numbered."""

_AFTER = """
SELECT number, case_no, seq, at, action, actor, role, unit, detail FROM events JOIN entries USING (case_no, seq)
WHERE number > %s ORDER BY number LIMIT %s
"""
_ENROL = "INSERT INTO followers (name, position) VALUES (%s, 0) ON CONFLICT DO NOTHING"
_POSITION = "SELECT position FROM followers WHERE name = %s"
_ADVANCE = "UPDATE followers SET position = %s WHERE name = %s"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the register under its number in the event log (事件)."""

    number: int
    case_no: str
    seq: int
    at: datetime
    action: str
    actor: str
    role: str
    unit: str
    detail: dict[str, Any]


Handler = Callable[[Event], Awaitable[bool]]
"""What a follower does with an event, and whether it did anything. It may be given an event again."""


@dataclass(frozen=True)
class EventLog:
    """The tables `events` and `followers`, reached through a pool of connections in autocommit."""

    pool: AsyncConnectionPool

    async def publish(self) -> int:
        """Number the entries that were committed; how many there were. Safe from anywhere, at any time."""
        async with self.pool.connection() as connection:
            return await _publish(connection)

    async def after(self, number: int, limit: int) -> list[Event]:
        """At most so many events that follow this number, in order."""
        async with self.pool.connection() as connection:
            return await _after(connection, number, limit)

    async def follow(self, follower: str, handle: Handler) -> None:
        """Hand every event to `handle`, in order, from where this follower stopped. Ends by cancellation only.

        A new follower begins with the first event. Of several workers one follows, and another takes over when it dies.
        The position moves after each event that did something, and else at the end of a batch: a crash repeats one
        effect at most, which `handle` must bear. An event at which it raises is tried again until it succeeds; those
        after it wait.
        """

        async def hand_on(session: AsyncConnection) -> None:
            await session.execute(_ENROL, (follower,))
            row = await (await session.execute(_POSITION, (follower,))).fetchone()
            position = int(row[0]) if row else 0
            while True:
                await _publish(session)
                events = await _after(session, position, BATCH)
                for event in events:
                    did_something = await _handle(follower, handle, event)
                    position = event.number
                    if did_something or event is events[-1]:
                        # Over the session that holds the lock: whoever lost it moves nothing any more.
                        await session.execute(_ADVANCE, (position, follower))
                if len(events) < BATCH:  # what comes meanwhile is numbered and read together
                    await asyncio.sleep(IDLE_SECONDS)

        await lead(self.pool, f"follower:{follower}", hand_on)


async def _publish(connection: AsyncConnection) -> int:
    cursor = await connection.execute(_PUBLISH, prepare=False)  # two commands at once are never prepared
    cursor.nextset()
    return cursor.rowcount


async def _after(connection: AsyncConnection, number: int, limit: int) -> list[Event]:
    cursor = connection.cursor(row_factory=class_row(Event))
    return await (await cursor.execute(_AFTER, (number, limit))).fetchall()


async def _handle(follower: str, handle: Handler, event: Event) -> bool:
    pause = FIRST_RETRY
    while True:
        try:
            return await handle(event)
        except Exception:
            told = (follower, event.number, event.case_no, event.seq, pause)
            logger.exception("%s 处理事件 %d（案件 %s 第 %d 条）出错，%.0f 秒后重试", *told)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_RETRY)
