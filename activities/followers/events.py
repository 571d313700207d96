"""The event log (事件流): every entry of every case in one gap-free order, for its followers.

A trigger puts each new entry into the `outbox`, in the transaction that writes it, and wakes the followers. `publish`
moves committed entries into `events` under the next numbers. A number never changes, and no event ever gets a number
below one already read, so a follower remembers one number only.

One process at a time serves all followers (followers.py): it publishes once, reads once, and gives each event to the
followers that want it. It then writes all their positions together.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from prometheus_client import Gauge
from psycopg import AsyncClientCursor
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.platform.bell import Bell, Wake
from models.aggregate.upcasting import upcast_detail
from models.case import Case

BATCH = 100
"""Events read at a time by a follower that is behind."""

AT_ONCE = 1000
"""Entries numbered by one statement, and events kept in memory for followers that are a little behind."""

GATHER_SECONDS = 0.5
"""Seconds between two publishings: the first entry is passed on at once, a row of them together. A crash repeats the
work of this time."""

NET_SECONDS = 5.0
"""Seconds without a notification after which it looks anyway."""

FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0
"""Seconds before a failed event is tried again, doubled each time."""

BEHIND = Gauge("bancheng_follower_behind", "跟随者落后的事件数", ["follower"])

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
    v: int = 1

    def __post_init__(self) -> None:
        """Its detail is upcast to today's format (格式升级)."""
        detail = upcast_detail(Case.kind, self.action, self.detail, self.v)
        object.__setattr__(self, "detail", detail)


Handler = Callable[[Event], Awaitable[bool]]
"""What a follower does with an event; returns whether it did anything. An event may come again."""


async def _always() -> bool:
    return True


@dataclass(frozen=True)
class Follower:
    """A follower of the event log (跟随者)."""

    handle: Handler
    actions: frozenset[str] | None = None
    """Actions that it gets; None for all."""

    needed: Callable[[], Awaitable[bool]] = _always
    """Asked once a batch with events for it: whether anybody needs its work."""

    def wants(self, event: Event) -> bool:
        """Whether it gets this event."""
        return self.actions is None or event.action in self.actions


_COLUMNS = ", ".join(each.name for each in fields(Event))
_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('publish', 0))"
_PUBLISH = f"""
WITH advanced AS (
    UPDATE followers f SET position = here.position
    FROM unnest(%(names)s::text[], %(positions)s::bigint[]) AS here(name, position)
    WHERE f.name = here.name AND f.position < here.position
),
moved AS (DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT {AT_ONCE}) RETURNING *),
numbered AS (
    INSERT INTO events (number, case_no, seq, district)
    SELECT (SELECT coalesce(max(number), 0) FROM events) + row_number() OVER (ORDER BY id), case_no, seq, district
    FROM moved RETURNING number, case_no, seq
)
SELECT {_COLUMNS} FROM numbered JOIN entries USING (case_no, seq) ORDER BY number
"""
"""Writes the followers' positions, numbers the committed entries, and returns them.

Sent in one message after the lock: a transaction of its own, in which this statement sees everything committed before
the lock was taken. Entries are numbered here and not when written, so an open transaction leaves no gap and blocks no
other. An entry is written after its predecessor was committed, so that predecessor is visible too, with a smaller id,
or numbered already.
"""

_AFTER = f"""
SELECT {_COLUMNS} FROM events JOIN entries USING (case_no, seq)
WHERE number > %(after)s AND number <= coalesce(%(upto)s, number)
AND (%(actions)s::text[] IS NULL OR action = ANY(%(actions)s)) ORDER BY number LIMIT %(limit)s
"""
_ENROL = "INSERT INTO followers (name, position) SELECT unnest(%s::text[]), 0 ON CONFLICT DO NOTHING"
_POSITIONS = "SELECT name, position FROM followers WHERE name = ANY(%s)"
_NEWEST = "SELECT coalesce(max(number), 0) FROM events"


@dataclass(frozen=True)
class EventLog:
    """The tables `events` and `followers`, reached through a pool of connections in autocommit."""

    pool: AsyncConnectionPool

    async def publish(self, reached: Mapping[str, int] | None = None) -> list[Event]:
        """Number committed entries, AT_ONCE at most, and return them. Safe from anywhere, at any time.

        Also writes these followers' positions; a position that is further stays.
        """
        places = {"names": list(reached or {}), "positions": list((reached or {}).values())}
        async with self.pool.connection() as connection:
            cursor = AsyncClientCursor(connection, row_factory=class_row(Event))
            await cursor.execute(f"{_ONE_BY_ONE};{_PUBLISH}".encode(), places)
            cursor.nextset()
            return await cursor.fetchall()

    async def after(
        self, number: int, limit: int, *, upto: int | None = None, actions: frozenset[str] | None = None
    ) -> list[Event]:
        """At most `limit` events after this number, in order; only of these actions, where some are named."""
        asked = {"after": number, "upto": upto, "limit": limit, "actions": sorted(actions) if actions else None}
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Event))
            return await (await cursor.execute(_AFTER, asked)).fetchall()

    async def follow_all(self, followers: Mapping[str, Follower], bell: Bell) -> None:
        """Give every event to every follower that wants it, in order, from where it stopped.

        Ends by cancellation, or by raising when the database is away. A new follower begins with the first event.

        One statement writes all positions within GATHER_SECONDS; a crash repeats the work in between, so each `handle`
        must be idempotent. Positions past unwanted events are written then, or after NET_SECONDS. When a follower
        raises, its event is tried again and its later events wait; the other followers go on. Only one process at a
        time should do this: two would do everything twice.
        """
        async with self.pool.connection() as connection:
            await connection.execute(_ENROL, (list(followers),))
            known: dict[str, int] = dict(await (await connection.execute(_POSITIONS, (list(followers),))).fetchall())
        recent = _Recent(await self._newest())
        places = [_Place(name, follower, known[name], known[name]) for name, follower in followers.items()]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish_all(places, recent, bell))
            for place in places:
                group.create_task(self._serve(place, recent, bell))

    async def _publish_all(self, places: Sequence["_Place"], recent: "_Recent", bell: Bell) -> None:
        async with bell.ear(Wake.ENTRIES, Wake.ACTED) as ear:
            heard = frozenset({Wake.ENTRIES})
            while True:
                reached = {place.name: place.position for place in places if place.position != place.kept}
                events = await self.publish(reached)
                for place in places:
                    place.kept = reached.get(place.name, place.kept)
                full = len(events) == AT_ONCE
                if events:
                    await recent.add(events)
                    bell.ring(Wake.EVENTS)
                elif not heard and (newest := await self._newest()) > recent.newest:
                    await recent.forget(newest)  # numbered by a process that ended just then
                    bell.ring(Wake.EVENTS)
                for place in places:
                    BEHIND.labels(place.name).set(recent.newest - place.position)
                if not full:
                    await asyncio.sleep(GATHER_SECONDS)
                heard = frozenset({Wake.ENTRIES}) if full else await ear.wait(NET_SECONDS)

    async def _newest(self) -> int:
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_NEWEST)).fetchone()
        return int(row[0]) if row else 0

    async def _serve(self, place: "_Place", recent: "_Recent", bell: Bell) -> None:
        follower = place.follower
        while True:
            newest = await recent.newer_than(place.position)
            events, end = recent.after(place.position), newest
            if events is None:
                events = await self.after(place.position, BATCH, upto=newest, actions=follower.actions)
                end = events[-1].number if len(events) == BATCH else newest
            wanted = [event for event in events if follower.wants(event)]
            if wanted and await _tried(place.name, follower.needed, wanted[0]):
                for event in wanted:
                    if await _tried(place.name, partial(follower.handle, event), event):
                        bell.ring(Wake.ACTED)
                    place.position = event.number
            place.position = end


@dataclass
class _Place:
    """A follower's position."""

    name: str
    follower: Follower
    position: int
    kept: int
    """The position that is written down."""


@dataclass
class _Recent:
    """A cache of the newest events, so that just numbered ones are not read again."""

    newest: int
    _events: deque[Event] = field(default_factory=lambda: deque(maxlen=AT_ONCE))
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, events: Sequence[Event]) -> None:
        """Add newly numbered events. Drops the earlier ones if another process has numbered in between."""
        if events[0].number != self.newest + 1:
            self._events.clear()
        self._events.extend(events)
        await self._reached(events[-1].number)

    async def forget(self, newest: int) -> None:
        """Another process has numbered up to here; followers read those events from the table."""
        self._events.clear()
        await self._reached(newest)

    async def _reached(self, newest: int) -> None:
        self.newest = newest
        async with self._more:
            self._more.notify_all()

    async def newer_than(self, position: int) -> int:
        """Wait for a number above this one; returns the newest."""
        async with self._more:
            await self._more.wait_for(lambda: self.newest > position)
        return self.newest

    def after(self, position: int) -> list[Event] | None:
        """All events after this number; None if they have left the cache."""
        if not self._events or self._events[0].number > position + 1:
            return None
        return list(islice(self._events, position + 1 - self._events[0].number, None))


async def _tried(name: str, work: Callable[[], Awaitable[bool]], event: Event) -> bool:
    """The work's result, retried until it succeeds."""
    pause = FIRST_RETRY
    while True:
        try:
            return await work()
        except Exception:
            details = (name, event.number, event.case_no, event.seq, pause)
            logger.exception("%s 处理事件 %d（案件 %s 第 %d 条）出错，%.0f 秒后重试", *details)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_RETRY)
