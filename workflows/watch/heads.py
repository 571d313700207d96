"""Heads against heads (链头对照): a ledger's length in the register, and in its workflow's history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from psycopg import AsyncConnection
from temporalio.service import RPCError, RPCStatusCode

from activities.platform.alarms import Trouble
from models.alarms import AlarmKind
from models.ledger import GENESIS
from workflows.histories.recorded import NoEvidenceError, Recorded, recorded
from workflows.hosting.ledgers import Home
from workflows.watch.ground import CONFIRM_SECONDS, Ground, few_at_once, is_running
from workflows.watch.running import Row, rows

_AT = "SELECT hash FROM {entries} WHERE case_no = %s AND seq = %s"


async def parted(
    session: AsyncConnection, ground: Ground, home: Home, only: Iterable[str] | None = None
) -> list[Trouble]:
    """Ledgers known to both sides whose heads differ twice; of these workflows, or of all open ones."""
    wanted = None if only is None else set(only)
    for last in (False, True):
        chosen = await rows(session, ground, home, wanted)
        histories = await few_at_once(_history(ground, home, own_id, row.number) for own_id, row in chosen.items())
        troubles = [
            trouble
            for (own_id, row), history in zip(chosen.items(), histories, strict=True)
            if history is not None and (trouble := await _between(session, home, own_id, row, history))
        ]
        if last or not troubles:
            return troubles
        wanted = {trouble.ledger for trouble in troubles}
        await asyncio.sleep(CONFIRM_SECONDS)
    raise AssertionError("the loop returns")


async def _history(ground: Ground, home: Home, own_id: str, number: str) -> Recorded | str | None:
    """The record of the running run, or why it is no evidence; None without a running run."""
    try:
        execution = await ground.described(home, own_id)
        if not is_running(execution):
            return None
        assert execution is not None
        history = await ground.client(home).get_workflow_handle(own_id, run_id=execution.run_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    try:
        return await asyncio.to_thread(recorded, history, number, ground.codec(home))
    except NoEvidenceError as error:
        return str(error)


async def _between(
    session: AsyncConnection, home: Home, own_id: str, row: Row, history: Recorded | str
) -> Trouble | None:
    if isinstance(history, str):
        return Trouble(AlarmKind.FORKED, own_id, home.kind.name, history)
    seq, head = history.reached
    if (seq, head) == (row.seq, row.head):
        return None
    positions = f"流程在第 {seq} 条，台账在第 {row.seq} 条"
    if row.seq < seq:
        places = {entry.seq: entry.hash for entry in history.entries} | {history.seq: history.head}
        same = row.seq < history.seq or places.get(row.seq) == row.head
        return Trouble(AlarmKind.BEHIND if same else AlarmKind.FORKED, own_id, home.kind.name, positions)
    sql = _AT.format(entries=home.kind.entries_table)
    stored = await (await session.execute(sql, (row.number, seq))).fetchone()
    same = head == (stored[0] if stored else GENESIS)
    return Trouble(AlarmKind.AHEAD if same and row.seq > seq else AlarmKind.FORKED, own_id, home.kind.name, positions)
