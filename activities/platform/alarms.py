"""Raising and settling alarms (告警): each once for as long as it lasts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import AsyncConnection

from models.alarms import AlarmKind

_RAISE = """
INSERT INTO alarms (kind, ledger, ledger_kind, status, reason, since, raised_at) VALUES (%s, %s, %s, %s, %s, %s, now())
ON CONFLICT DO NOTHING RETURNING id
"""
_OPEN = "SELECT kind, ledger, ledger_kind FROM alarms WHERE settled_at IS NULL"
_SETTLE = "UPDATE alarms SET settled_at = now() WHERE kind = %s AND ledger = ANY(%s) AND settled_at IS NULL"

MOST_SAID = 400
"""Characters of a reason."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """The subject of an alarm."""

    kind: AlarmKind
    ledger: str
    """The workflow's id: the number of an open ledger, the digest of a sealed one."""
    ledger_kind: str = ""
    reason: str = ""
    status: str = ""
    since: datetime | None = None

    @property
    def place(self) -> tuple[AlarmKind, str]:
        """Its key; an alarm is raised once for each."""
        return self.kind, self.ledger


async def raise_alarm(session: AsyncConnection, trouble: Trouble) -> None:
    """Raise it, unless it is raised already."""
    since = trouble.since or datetime.now(UTC)
    row = (trouble.kind, trouble.ledger, trouble.ledger_kind, trouble.status, trouble.reason[:MOST_SAID], since)
    if await (await session.execute(_RAISE, row)).fetchone():
        logger.error("告警：%s %s：%s", trouble.ledger, trouble.kind.label, trouble.reason)


async def open_alarms(session: AsyncConnection) -> Sequence[Trouble]:
    """The alarms that are raised and not settled."""
    rows = await (await session.execute(_OPEN)).fetchall()
    return [Trouble(AlarmKind(kind), ledger, ledger_kind) for kind, ledger, ledger_kind in rows]


async def settle(session: AsyncConnection, over: Iterable[Trouble]) -> None:
    """Settle these alarms."""
    by_kind: dict[AlarmKind, list[str]] = {}
    for trouble in over:
        by_kind.setdefault(trouble.kind, []).append(trouble.ledger)
    for kind, ledgers in by_kind.items():
        await session.execute(_SETTLE, (kind, ledgers))
        logger.info("告警解除：%s %s", kind.label, "、".join(ledgers[:20]))
