"""Histories (历史): of runs that the engine still has, and of those that only the archive keeps."""

import contextlib
import gzip
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.archive import signed_of, sm3, unpack
from activities.platform.keyring import SYSTEM
from activities.platform.signatures import ForgedError, PublicKeys, check_text
from api.queries.audit import AuditQueries
from api.queries.rows import AnyRow

CLOSED = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    }
)
"""Events with which the history of a run ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow."""

    run_id: str
    started_at: datetime
    history: WorkflowHistory
    archived: bool


class ArchiveError(Exception):
    """A kept history was changed (归档被改动)."""


async def runs(queries: AuditQueries, client: Client, workflow_id: str, keys: PublicKeys) -> list[Run]:
    """Every run of a workflow, the oldest first: from the engine as far as it goes, the others from the archive.

    The engine is asked first: a row of the archive says nothing of a run that goes on. Where both have a run, both must
    say the same. Raises ArchiveError for a kept history that was changed.
    """
    by_id = {run.run_id: run for run in await _live(client, workflow_id)}
    for row in await queries.archived(workflow_id):
        history = _kept(row, keys)
        if row.events != len(history.events) or history.events[-1].event_type not in CLOSED:
            raise ArchiveError(f"归档的历史 {workflow_id} 不是一次已结束的运行")
        run = by_id.setdefault(row.run_id, Run(row.run_id, row.started_at, history, archived=True))
        if list(run.history.events) != list(history.events):
            raise ArchiveError(f"归档的历史 {workflow_id} 与引擎中的不同：被改动")
    return sorted(by_id.values(), key=_order)


def _kept(row: AnyRow, keys: PublicKeys) -> WorkflowHistory:
    """A kept history, its digests and signature checked. Raises ArchiveError."""
    fields = (row.workflow_id, row.run_id, row.namespace, row.started_at, row.closed_at, row.build_id, row.events)
    try:
        history = unpack(row.workflow_id, row.content, row.sha256)
        if not check_text(keys, row.signature, signed_of(*fields, row.sha256, row.sm3)).startswith(SYSTEM):
            raise ForgedError("不是系统自己签的")
    except ForgedError as error:
        raise ArchiveError(f"归档的历史 {row.workflow_id} 的签名无效（{error}）：被改动，或不是本系统归档的") from None
    except (ValueError, OSError, EOFError) as error:
        raise ArchiveError(str(error)) from None
    if sm3(gzip.decompress(row.content)) != row.sm3:
        raise ArchiveError(f"归档的历史 {row.workflow_id} 与其 SM3 摘要不符，已被改动")
    return history


async def _live(client: Client, workflow_id: str) -> list[Run]:
    """The runs that the engine still has."""
    known = {execution.run_id async for execution in client.list_workflows(f"WorkflowId = '{workflow_id}'")}
    with contextlib.suppress(RPCError):  # a run that has just begun is not in the list yet
        known.add((await client.get_workflow_handle(workflow_id).describe()).run_id)
    live = []
    for run_id in known:
        try:
            history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                continue
            raise
        live.append(Run(run_id, history.events[0].event_time.ToDatetime(UTC), history, archived=False))
    return live


def _order(run: Run) -> tuple[datetime, datetime]:
    """A run that a reset began starts with copied events, at the same instant as the one before: it ends later."""
    return run.started_at, run.history.events[-1].event_time.ToDatetime(UTC)
