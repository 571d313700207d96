"""Histories (历史): of runs that the engine still has, and of those that only the archive keeps."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.archive import unpack
from api.queries.audit import AuditQueries


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow."""

    run_id: str
    started_at: datetime
    history: WorkflowHistory
    archived: bool


class ArchiveError(Exception):
    """A kept history is not what was kept (归档被改动)."""


async def runs(queries: AuditQueries, client: Client, workflow_id: str) -> list[Run]:
    """Every run of a workflow, the oldest first: from the archive what is in it, from the engine the rest.

    Raises ArchiveError for a kept history that was changed.
    """
    found: dict[str, Run] = {}
    for row in await queries.archived(workflow_id):
        try:
            history = unpack(workflow_id, row.content, row.sha256)
        except (ValueError, OSError, EOFError) as error:
            raise ArchiveError(str(error)) from None
        found[row.run_id] = Run(row.run_id, row.started_at, history, archived=True)
    live = {execution.run_id async for execution in client.list_workflows(f"WorkflowId = '{workflow_id}'")}
    with contextlib.suppress(RPCError):  # a run that has just begun is not in the list yet
        live.add((await client.get_workflow_handle(workflow_id).describe()).run_id)
    for run_id in live - set(found):
        try:
            history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                continue
            raise
        started = history.events[0].event_time.ToDatetime(UTC)
        found[run_id] = Run(run_id, started, history, archived=False)
    return sorted(found.values(), key=_order)


def _order(run: Run) -> tuple[datetime, datetime]:
    """A run that a reset began starts with copied events, at the same instant as the one before: it ends later."""
    return run.started_at, run.history.events[-1].event_time.ToDatetime(UTC)
