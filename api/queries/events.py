"""The event log and its subscriptions (事件流、订阅)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.platform.bell import Wake
from api.queries.rows import AnyRow, first_row, rows, table_of, transaction, wake
from models.cloud_event import PublicEvent
from models.tables import EntryRow, EventRow, SubscriptionRow

ENTRIES, EVENTS, SUBSCRIPTIONS = table_of(EntryRow), table_of(EventRow), table_of(SubscriptionRow)
AT_ONCE = {"failures": 0, "next_try_at": None, "last_error": None}
"""A subscription is tried again without waiting."""


class EventQueries:
    """Reads `events`; reads and writes `subscriptions`, of which the webhooks move the positions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def newest(self) -> int:
        """The number of the newest event, 0 when there is none."""
        return int((await rows(self._engine, select(func.coalesce(func.max(EVENTS.c.number), 0))))[0][0])

    async def changed(self, number: int, limit: int) -> list[tuple[int, str]]:
        """Numbers and cases of at most `limit` events after this number, in order."""
        v = EVENTS.c
        wanted = select(v.number, v.case_no).where(v.number > number).order_by(v.number).limit(limit)
        return [(row.number, row.case_no) for row in await rows(self._engine, wanted)]

    async def after(self, number: int, limit: int) -> list[PublicEvent]:
        """At most `limit` events after this number, in order, those that nobody is notified of too."""
        v, e = EVENTS.c, ENTRIES.c
        wanted = select(v.number, v.case_no, v.seq, e.at, e.action, e.role, e.unit, v.district)
        joined = wanted.join(ENTRIES, and_(e.case_no == v.case_no, e.seq == v.seq))
        events = await rows(self._engine, joined.where(v.number > number).order_by(v.number).limit(limit))
        return [PublicEvent(**row._mapping) for row in events]

    async def subscriptions(self) -> Sequence[AnyRow]:
        """All subscriptions, the ended ones too, oldest first."""
        return await rows(self._engine, select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.created_at))

    async def subscription(self, subscription_id: str) -> AnyRow | None:
        """One subscription, or None."""
        return await first_row(self._engine, select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription_id))

    async def subscribe(self, row: dict[str, Any]) -> AnyRow:
        """Keep a new subscription; its row."""
        async with transaction(self._engine) as connection:
            await wake(connection, Wake.SUBSCRIPTIONS)
            return (await connection.execute(insert(SUBSCRIPTIONS).values(row).returning(SUBSCRIPTIONS))).one()

    async def replay(self, subscription_id: str, number: int) -> AnyRow | None:
        """Set an active subscription back, so that this event is the next one; the row then, else None."""
        return await self._change(subscription_id, {"position": number - 1, **AT_ONCE})

    async def rotate(self, subscription_id: str) -> AnyRow | None:
        """Take the next signing key for an active subscription; the row then, else None."""
        return await self._change(subscription_id, {"key_version": SUBSCRIPTIONS.c.key_version + 1, **AT_ONCE})

    async def end(self, subscription_id: str) -> AnyRow | None:
        """End an active subscription; the row then, else None."""
        return await self._change(subscription_id, {"active": False})

    async def _change(self, subscription_id: str, values: dict[str, Any]) -> AnyRow | None:
        c = SUBSCRIPTIONS.c
        mine = update(SUBSCRIPTIONS).where(and_(c.id == subscription_id, c.active)).values(values)
        async with transaction(self._engine) as connection:
            await wake(connection, Wake.SUBSCRIPTIONS)
            return (await connection.execute(mine.returning(SUBSCRIPTIONS))).one_or_none()
