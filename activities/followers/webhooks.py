"""Webhooks (事件推送): every event to its subscribers, in order, at least once.

One process sends (followers.py). New events or a changed subscription wake it; it starts a task for each subscription
without one, so a slow or silent subscriber delays no other. Only the subscription's row holds the position; a task
moves it only from where it found it, so a replay or a second sender is never overwritten.
"""

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.platform.bell import Bell, Wake
from models.cloud_event import CONTENT_TYPE, PublicEvent, cloud_event
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature, signing_key, subscription_purpose
from models.tables import SubscriptionRow

NET_SECONDS = 30.0
"""Seconds without a notification after which it looks anyway."""

TIMEOUT_SECONDS = 10.0
"""Seconds for one attempt, the answer included."""

LONGEST_PAUSE = 600.0
"""Seconds. The pause after a failure is two seconds at most, and doubles up to this."""

BATCH = 100
MOST_BYTES = 64 * 1024
"""Bytes of an answer that are read, to keep the connection usable; the content does not matter."""

AFTER_FAULT_SECONDS = 10.0
"""Seconds before a task ends that could not even record its failure."""

_ACTIVE = "SELECT * FROM subscriptions WHERE active"
_AFTER = """
SELECT number, case_no, seq, at, action, role, unit, district FROM events JOIN entries USING (case_no, seq)
WHERE number > %s ORDER BY number LIMIT %s
"""
_UNCHANGED = "WHERE id = %(id)s AND position = %(position)s AND active RETURNING *"
_MOVE = f"UPDATE subscriptions SET position = %(to)s, failures = 0, next_try_at = NULL, last_error = NULL {_UNCHANGED}"
_FAIL = f"""
UPDATE subscriptions SET failures = failures + 1, next_try_at = now() + %(pause)s, last_error = %(error)s {_UNCHANGED}
"""
_END = f"UPDATE subscriptions SET active = false, last_error = %(error)s {_UNCHANGED}"

logger = logging.getLogger(__name__)


class NotTakenError(Exception):
    """The subscriber did not take the event (对方未接收); the message gives the reason in Chinese."""


class GoneError(Exception):
    """The subscriber answered 410 (对方停用): it wants no more events."""


@dataclass(frozen=True)
class Webhooks:
    """The subscriptions as a worker process serves them."""

    pool: AsyncConnectionPool
    http: httpx.AsyncClient
    secret: bytes

    async def run(self, bell: Bell) -> None:
        """Serve all subscriptions. Ends by cancellation only; interrupted sends are repeated later."""
        under_way = dict[str, asyncio.Task[None]]()
        async with bell.ear(Wake.EVENTS, Wake.SUBSCRIPTIONS, Wake.SENT) as ear:
            try:
                active = await self._active()
                to_look = {row.id for row in active}
                while True:
                    for row in active:
                        task = under_way.get(row.id)
                        if row.id in to_look and (task is None or task.done()) and _left(row) <= 0:
                            to_look.discard(row.id)
                            under_way[row.id] = asyncio.create_task(self._serve(row))
                            under_way[row.id].add_done_callback(lambda _: bell.ring(Wake.SENT))
                    pauses = [left for row in active if (left := _left(row)) > 0]
                    heard = await ear.wait(min([NET_SECONDS, *pauses]))
                    if active or heard != {Wake.EVENTS}:
                        active = await self._active()
                    if heard != {Wake.SENT}:
                        to_look = {row.id for row in active}
            finally:
                for task in under_way.values():
                    task.cancel()
                await asyncio.gather(*under_way.values(), return_exceptions=True)

    async def _serve(self, subscription: SubscriptionRow) -> None:
        """Send due events until none is left, the subscriber fails or the subscription changes."""
        here: SubscriptionRow | None = subscription
        try:
            while here and (events := await self._after(here.position)):
                here = await self._send(here, events)
        except Exception:
            logger.exception("订阅 %s 的推送中断，稍后继续", subscription.id)
            await asyncio.sleep(AFTER_FAULT_SECONDS)

    async def _send(self, here: SubscriptionRow, events: Sequence[PublicEvent]) -> SubscriptionRow | None:
        """Send the wanted ones of these events. Returns the subscription, None when it must wait."""
        for event in events:
            wanted = _wants(here, event)
            if wanted and not await self._taken(here, event):
                return None
            if wanted or event is events[-1]:
                moved = await self._change(_MOVE, here, to=event.number)
                if moved is None:
                    return None
                here = moved
        return here

    async def _taken(self, here: SubscriptionRow, event: PublicEvent) -> bool:
        """Post one event. A failure is written into the subscription's row."""
        try:
            await self._post(here, event)
            return True
        except GoneError:
            await self._change(_END, here, error="对方答复 410，订阅已停用")
            return False
        except NotTakenError as error:
            reason = str(error)
        except Exception as error:
            logger.exception("订阅 %s 的事件 %d 无法发送", here.id, event.number)
            reason = f"无法发送：{type(error).__name__}"
        await self._change(_FAIL, here, error=reason, pause=_pause(here.failures + 1))
        return False

    async def _post(self, here: SubscriptionRow, event: PublicEvent) -> None:
        """One attempt. Raises GoneError, NotTakenError."""
        body, timestamp = cloud_event(event).model_dump_json().encode(), str(int(time.time()))
        key = signing_key(self.secret, subscription_purpose(here.id), here.key_version)
        headers = {
            "Content-Type": CONTENT_TYPE,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: signature(key, timestamp, body),
        }
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                self.http.stream("POST", here.url, content=body, headers=headers, timeout=None) as answer,
            ):
                await _read(answer)
        except TimeoutError as error:
            raise NotTakenError(f"对方 {TIMEOUT_SECONDS:.0f} 秒内没有应答") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotTakenError(f"对方没有正常应答（{type(error).__name__}）") from error
        if answer.status_code == httpx.codes.GONE:
            raise GoneError
        if not answer.is_success:
            raise NotTakenError(f"对方答复 HTTP {answer.status_code}")

    async def _active(self) -> list[SubscriptionRow]:
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(SubscriptionRow))
            return await (await cursor.execute(_ACTIVE)).fetchall()

    async def _after(self, number: int) -> list[PublicEvent]:
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(PublicEvent))
            return await (await cursor.execute(_AFTER, (number, BATCH))).fetchall()

    async def _change(self, statement: str, here: SubscriptionRow, **values: Any) -> SubscriptionRow | None:
        """Change the row if it is unchanged since we read it. Returns the row, else None."""
        known = {"id": here.id, "position": here.position}
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(SubscriptionRow))
            return await (await cursor.execute(statement, {**known, **values})).fetchone()


def _left(subscription: SubscriptionRow) -> float:
    """Seconds until the next attempt; 0 or less for at once."""
    again = subscription.next_try_at
    return (again - datetime.now(UTC)).total_seconds() if again else 0.0


def _wants(subscription: SubscriptionRow, event: PublicEvent) -> bool:
    here = subscription.district in (None, event.district)
    return event.is_public and here and (not subscription.actions or event.action in subscription.actions)


def _pause(failures: int) -> timedelta:
    """The wait after that many failures in a row, with jitter, so that receivers are not called all at once."""
    longest = min(2.0 ** min(failures, 10), LONGEST_PAUSE)
    return timedelta(seconds=random.uniform(longest / 2, longest))


async def _read(answer: httpx.Response) -> None:
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > MOST_BYTES:
            return
