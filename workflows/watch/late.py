"""Limits that passed without an entry (到点未办): the workflow is poked; an alarm where it does not answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from psycopg import AsyncConnection

from activities.platform.alarms import Trouble
from models.alarms import AlarmKind
from models.ledger import BEIJING
from workflows.hosting.ledgers import HOME_OF, HOMES
from workflows.watch.ground import Ground, few_at_once

GRACE = "1 minute"
MOST = 100
"""Limits checked at a look: when everything stands still, the first hundred suffice."""

_PASSED = " UNION ALL ".join(
    f"SELECT '{home.kind.name}', case_no, wakes_at FROM {home.kind.rows_table}"
    f" WHERE wakes_at < now() - interval '{GRACE}' AND NOT {home.kind.over}"
    for home in HOMES
)


async def late(session: AsyncConnection, ground: Ground, raised: Collection[str]) -> list[Trouble]:
    """Limits still late after their workflows were poked. Those with an alarm are not poked again."""
    passed = await _passed(session)
    fresh = [each for each in passed if _id(ground, *each[:2]) not in raised]
    if fresh:
        await few_at_once(ground.poke(HOME_OF[kind], number) for kind, number, _ in fresh)
        passed = await _passed(session)
    return [
        Trouble(
            AlarmKind.LATE,
            _id(ground, kind, number),
            kind,
            f"时限 {at.astimezone(BEIJING):%Y-%m-%d %H:%M} 已到",
            since=at,
        )
        for kind, number, at in passed
    ]


def _id(ground: Ground, kind: str, number: str) -> str:
    return HOME_OF[kind].id_of(ground.secret, number)


async def _passed(session: AsyncConnection) -> list[tuple[str, str, datetime]]:
    cursor = await session.execute(f"SELECT * FROM ({_PASSED}) AS passed ORDER BY 3 LIMIT {MOST}")
    return [(row[0], row[1], row[2]) async for row in cursor]
