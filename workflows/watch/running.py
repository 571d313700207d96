"""Open ledgers against running workflows (在办对照): ledgers without a workflow, and workflows without a ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import AsyncConnection
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.platform.alarms import Trouble
from models.alarms import AlarmKind
from workflows.hosting.ledgers import Home
from workflows.watch.ground import CONFIRM_SECONDS, Ground, few_at_once, is_running

ENDED_FROM_OUTSIDE = frozenset(
    {
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.CANCELED,
        WorkflowExecutionStatus.TIMED_OUT,
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger's length in the register."""

    number: str
    seq: int
    head: str
    over: bool


async def rows(
    session: AsyncConnection, ground: Ground, home: Home, only: Collection[str] | None = None
) -> dict[str, Row]:
    """The open ledgers of the register, by their workflows' ids; or the given ones, open or not.

    A sealed id does not tell its ledger, so all sealed ledgers are read.
    """
    kind, parameters = home.kind, {"only": list(only or ())}
    where = f"NOT {kind.over}" if only is None else "TRUE" if home.sealed else "case_no = ANY(%(only)s)"
    sql = f"SELECT case_no, seq, head, {kind.over} FROM {kind.rows_table} WHERE {where}"
    ledgers = {home.id_of(ground.secret, row[0]): Row(*row) async for row in await session.execute(sql, parameters)}
    return ledgers if only is None else {own_id: ledgers[own_id] for own_id in only if own_id in ledgers}


async def differing(session: AsyncConnection, ground: Ground, home: Home) -> list[Trouble]:
    """What is on one side only, at two checks."""
    first = await _apart(session, ground, home)
    if not any(first):
        return []
    await asyncio.sleep(CONFIRM_SECONDS)
    without, unknown = await _apart(session, ground, home)
    suspects = sorted(without & first[0]), sorted(unknown & first[1])
    troubles = await few_at_once(_without(ground, home, each) for each in suspects[0])
    known = await rows(session, ground, home, suspects[1])
    troubles += await few_at_once(_unknown(ground, home, each) for each in suspects[1] if each not in known)
    return [trouble for trouble in troubles if trouble is not None]


async def _apart(session: AsyncConnection, ground: Ground, home: Home) -> tuple[set[str], set[str]]:
    open_ones, running = set(await rows(session, ground, home)), await ground.running(home)
    return open_ones - running, running - open_ones


async def _without(ground: Ground, home: Home, workflow_id: str) -> Trouble | None:
    execution = await ground.described(home, workflow_id)
    if execution is None:
        return Trouble(AlarmKind.MISSING, workflow_id, home.kind.name, "引擎中查不到本件的流程")
    if is_running(execution):
        return None
    if execution.status in ENDED_FROM_OUTSIDE:
        reason, since = await _who_ended(ground, home, execution), execution.close_time
        return Trouble(AlarmKind.STOPPED, workflow_id, home.kind.name, reason, execution.status.name, since)
    return Trouble(
        AlarmKind.MISSING, workflow_id, home.kind.name, "流程已经结束，台账却没有办完", since=execution.close_time
    )


async def _unknown(ground: Ground, home: Home, workflow_id: str) -> Trouble | None:
    execution = await ground.described(home, workflow_id)
    if not is_running(execution):
        return None
    assert execution is not None
    return Trouble(AlarmKind.UNKNOWN, workflow_id, home.kind.name, "台账里没有本件", since=execution.start_time)


async def _who_ended(ground: Ground, home: Home, ended: WorkflowExecutionDescription) -> str:
    """The terminator's identity and reason, as far as they may be shown."""
    try:
        handle = ground.client(home).get_workflow_handle(ended.id, run_id=ended.run_id)
        async for event in handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
                termination = event.workflow_execution_terminated_event_attributes
                return f"{termination.identity}：{termination.reason}"
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return f"结束于 {(ended.close_time or datetime.now(UTC)).isoformat(timespec='seconds')}"
