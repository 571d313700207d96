"""Workflow tasks of any workflow that fail repeatedly (反复失败的流程任务).

The engine marks a workflow after so many failures in a row (`ops/engine.py` sets two) and takes the mark off when a
task succeeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution as Which
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.exceptions import FailureError

from activities.platform.alarms import Trouble
from models.alarms import AlarmKind
from workflows.hosting.ledgers import HOMES
from workflows.watch.ground import Ground, few_at_once

MARKED = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'"

_KINDS: Mapping[str, str] = {home.type_name: home.kind.name for home in HOMES}


async def failing(ground: Ground) -> list[Trouble]:
    """Every workflow whose tasks fail now."""
    troubles: list[Trouble] = []
    for client in (ground.open, ground.sealed):
        marked = [each async for each in client.list_workflows(MARKED)]
        troubles += await few_at_once(_told(client, each) for each in marked)
    return troubles


async def _told(client: Client, marked: WorkflowExecution) -> Trouble:
    kind = _KINDS.get(marked.workflow_type, "")
    return Trouble(AlarmKind.FAILING, marked.id, kind, await _reason(client, marked))


async def _reason(client: Client, marked: WorkflowExecution) -> str:
    """The last failure, in its own words."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=Which(workflow_id=marked.id, run_id=marked.run_id),
        maximum_page_size=20,
    )
    answer = await client.workflow_service.get_workflow_execution_history_reverse(request)
    for event in answer.history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            attributes: Any = event.workflow_task_failed_event_attributes
            error = await client.data_converter.decode_failure(attributes.failure)
            return error.message if isinstance(error, FailureError) else str(error)
    return "流程任务超时，没有工作进程办完它"
