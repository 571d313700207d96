"""The event log (事件流): every entry of every case once more, in one gap-free order, for whoever follows it.

A trigger puts each new entry into the `outbox`, in the transaction that writes it, and wakes the followers. `publish`
moves what was committed into `events`, under the next numbers. A number once given never changes, and nothing is ever
put before a number that somebody has seen; so a follower needs to remember one number only.

All followers are served by one process at a time (followers.py): it publishes once, reads once, and hands each event to
those that want it. How far each has come is written down for all of them together, after what they did.
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
"""Events that a follower which is behind reads at a time."""

AT_ONCE = 1000
"""Entries numbered by one statement, and events kept in memory for followers that are a little behind."""

GATHER_SECONDS = 0.5
"""Between two publishings: the first entry is handed on at once, a row of them together. A crash repeats what was done
within this time."""

NET_SECONDS = 5.0
"""So long nobody is woken before one looks all the same."""

FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0
"""Seconds between attempts at an event that its follower fails at: doubled each time."""

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
        """What it says is read as today's rules know it (格式升级)."""
        said = upcast_detail(Case.kind, self.action, self.detail, self.v)
        object.__setattr__(self, "detail", said)


Handler = Callable[[Event], Awaitable[bool]]
"""What a follower does with an event, and whether it did anything. It may be given an event again."""


async def _always() -> bool:
    return True


@dataclass(frozen=True)
class Follower:
    """What follows the event log (跟随者)."""

    handle: Handler
    actions: frozenset[str] | None = None
    """Entries that it is given; all of them for None."""

    needed: Callable[[], Awaitable[bool]] = _always
    """Asked once for a batch that holds something for it: whether there is anybody to do it for."""

    def wants(self, event: Event) -> bool:
        """Whether it is given this event."""
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
"""Writes down how far the followers have come, numbers what was committed, and gives it back.

Sent in one message with the lock before it: a transaction by itself, in which this statement sees what was committed
before the lock was ours. Numbers are given here and not when entries are written, so a transaction that stays open
leaves no gap and holds nobody up. An entry is written after its predecessor was committed: whoever sees it sees that
one too, with a smaller id, or finds it numbered."""

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
        """Number entries that were committed, AT_ONCE at most; what they are. Safe from anywhere, at any time.

        With it is written down how far these followers have come; one that is further stays there.
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
        """At most so many events that follow this number, in order; of these actions only, where some are named."""
        asked = {"after": number, "upto": upto, "limit": limit, "actions": sorted(actions) if actions else None}
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Event))
            return await (await cursor.execute(_AFTER, asked)).fetchall()

    async def follow_all(self, followers: Mapping[str, Follower], bell: Bell) -> None:
        """Hand every event to every follower that wants it, each in order, from where it stopped.

        Ends by cancellation, or by raising when the database is away. A new follower begins with the first event.

        What the followers did is written down within GATHER_SECONDS, for all of them by one statement: a crash repeats
        what was done in between, which each `handle` must bear. What a follower passed over because it does not want it
        is written down with that, or after NET_SECONDS: to pass over it again does nothing. An event at which a
        follower raises is tried again for this one, and those after it wait; the other followers go on. Only one
        process at a time should do this: two would do everything twice.
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
    """How far a follower has come."""

    name: str
    follower: Follower
    position: int
    kept: int
    """The position that is written down."""


@dataclass
class _Recent:
    """The newest events, kept so that nobody reads again what was just numbered."""

    newest: int
    _events: deque[Event] = field(default_factory=lambda: deque(maxlen=AT_ONCE))
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, events: Sequence[Event]) -> None:
        """What was numbered now. Where somebody else has numbered in between, those before are forgotten."""
        if events[0].number != self.newest + 1:
            self._events.clear()
        self._events.extend(events)
        await self._reached(events[-1].number)

    async def forget(self, newest: int) -> None:
        """Somebody else has numbered up to here: who wants to know what reads it."""
        self._events.clear()
        await self._reached(newest)

    async def _reached(self, newest: int) -> None:
        self.newest = newest
        async with self._more:
            self._more.notify_all()

    async def newer_than(self, position: int) -> int:
        """The newest number, as soon as it is above this one."""
        async with self._more:
            await self._more.wait_for(lambda: self.newest > position)
        return self.newest

    def after(self, position: int) -> list[Event] | None:
        """All events after this number; None where they are not kept any more."""
        if not self._events or self._events[0].number > position + 1:
            return None
        return list(islice(self._events, position + 1 - self._events[0].number, None))


async def _tried(name: str, work: Callable[[], Awaitable[bool]], event: Event) -> bool:
    """What the work gives, tried again until it does."""
    pause = FIRST_RETRY
    while True:
        try:
            return await work()
        except Exception:
            told = (name, event.number, event.case_no, event.seq, pause)
            logger.exception("%s 处理事件 %d（案件 %s 第 %d 条）出错，%.0f 秒后重试", *told)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_RETRY)
