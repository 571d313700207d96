"""One look at everything (一次巡查), and looking again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity

from activities.platform.alarms import Trouble, open_alarms, raise_alarm, settle
from activities.platform.heartbeat import beating
from models.alarms import AlarmKind
from workflows.hosting.ledgers import HOMES, Home
from workflows.watch.failing import failing
from workflows.watch.ground import Ground, few_at_once
from workflows.watch.heads import parted
from workflows.watch.late import late
from workflows.watch.running import differing, rows

_COUNTS = "SELECT {counts}, (SELECT coalesce(max(number), 0) FROM events)".format(
    counts=", ".join(f"(SELECT count(*) FROM {home.kind.rows_table} WHERE NOT {home.kind.over})" for home in HOMES)
)

BY_NUMBER = frozenset({AlarmKind.STOPPED, AlarmKind.MISSING, AlarmKind.UNKNOWN})
PUT_BACK = frozenset({AlarmKind.MISSING, AlarmKind.UNKNOWN})
"""Findings that suggest a restored store: then the other ledgers of the kind are compared by heads, once."""

BY_HEAD = frozenset({AlarmKind.BEHIND, AlarmKind.AHEAD, AlarmKind.FORKED})


@dataclass
class Memory:
    """A process's memory between looks."""

    newest_event: int | None = None
    """None before the first look, which compares everything."""


@dataclass(frozen=True)
class Watch:
    """Raises and settles alarms."""

    pool: AsyncConnectionPool
    ground: Ground
    memory: Memory = field(default_factory=Memory)

    @activity.defn(name="watch")
    async def watch(self) -> str:
        """Look once, as a duty. May be repeated: each alarm is raised once."""
        async with beating(), self.pool.connection() as session:
            await self.look(session)
        return "已巡查"

    async def look(self, session: AsyncConnection) -> None:
        """Look once. The first look, and a look after a restore, compare heads too.

        A failure empties the memory, so the next look compares everything.
        """
        remembered, self.memory.newest_event = self.memory.newest_event, None
        raised = await open_alarms(session)
        counted = await (await session.execute(_COUNTS)).fetchone()
        assert counted is not None
        *counts, newest = counted
        whole = remembered is None or newest < remembered
        troubles = await failing(self.ground)
        troubles += await late(session, self.ground, {each.ledger for each in raised if each.kind is AlarmKind.LATE})
        for home, count in zip(HOMES, counts, strict=True):
            mine = [each for each in raised if each.ledger_kind == home.kind.name]
            asked = any(each.kind in BY_NUMBER for each in mine)
            apart: list[Trouble] = []
            if whole or asked or count != await self.ground.count(home):
                apart = await differing(session, self.ground, home)
            known = {each.place for each in mine}
            put_back = any(each.kind in PUT_BACK and each.place not in known for each in apart)
            troubles += apart
            troubles += await self._heads(session, home, mine, troubles, whole=whole or put_back)
        await self._tell(session, raised, troubles)
        self.memory.newest_event = newest

    async def _heads(
        self, session: AsyncConnection, home: Home, mine: Sequence[Trouble], troubles: Sequence[Trouble], *, whole: bool
    ) -> list[Trouble]:
        """Compare all open ledgers, or only those with alarms or failures; have lagging workflows read on."""
        fails = {each.ledger for each in troubles if each.kind is AlarmKind.FAILING}
        suspects = fails | {each.ledger for each in mine if each.kind in BY_HEAD}
        if not whole and not suspects:
            return []
        parts = await parted(session, self.ground, home, None if whole else suspects)
        behind = [each.ledger for each in parts if each.kind is AlarmKind.AHEAD]
        if behind:
            numbers = await rows(session, self.ground, home, behind)
            await few_at_once(self.ground.poke(home, numbers[each].number) for each in behind if each in numbers)
        return parts

    async def _tell(self, session: AsyncConnection, raised: Sequence[Trouble], troubles: Sequence[Trouble]) -> None:
        lasting = {each.place for each in troubles}
        for trouble in troubles:
            await raise_alarm(session, trouble)
        await settle(session, [each for each in raised if each.place not in lasting])
