"""The way from the doors to the workflows (指令发送): one update a command, and its answer in the rules' words."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.meetings import Call
from activities.reports import ReportCall
from activities.system_commands import update_name
from api.errors import Problem
from models.aggregate import Command
from models.case import State
from models.errors import FieldError, Refusal
from workflows.calendar_change import CalendarChangeWorkflow
from workflows.case import CaseWorkflow, Start
from workflows.client import MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE
from workflows.ledger import REFUSED, Receipt, body_digest
from workflows.meeting import MeetingCallWorkflow
from workflows.report import ReportCallWorkflow
from workflows.search_attributes import at_start
from workflows.solution import SolutionStart, SolutionWorkflow

PATIENCE = timedelta(seconds=15)
"""How long a person at the counter waits for an answer before being told to try again."""


class Gateway:
    """Sends commands to case workflows and tells a case's own time."""

    def __init__(self, client: Client, *, time_skipping: bool) -> None:
        self.client = client
        self._time_skipping = time_skipping

    async def register(self, command: Command, case_no: str, summary: str) -> Receipt:
        """Start the case's workflow with its registration. May be called again: the number is the workflow's id."""
        attributes = at_start(command.body["opening"]["district"], command.body["unit"])
        return await self._start_case(case_no, command, Start(), summary, attributes)

    async def send(self, case_no: str, command: Command, stored: State | None) -> Receipt | None:
        """Send one command to the case. `stored` is its state in the register, should its workflow have ended.

        Without it a workflow that has ended is left alone: the command is known to be done.

        Raises Refusal with the rules' reason, or Problem 503 when the engine does not answer in time.
        """
        try:
            return await self._update(case_no, command)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise busy() from error
            if stored is None:
                return None
        attributes = at_start(stored.district, stored.unit)
        return await self._start_case(case_no, command, Start(state=stored), f"续办 · {case_no}", attributes)

    async def take_up(self, case_no: str, stored: State) -> None:
        """Start a workflow for a case whose own was stopped. One that is at work already stays."""
        await self.client.start_workflow(
            CaseWorkflow.run,
            Start(state=stored),
            id=case_no,
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=f"恢复办理 · {case_no}",
            search_attributes=at_start(stored.district, stored.unit),
        )

    async def _start_case(
        self, case_no: str, command: Command, start: Start, summary: str, attributes: TypedSearchAttributes
    ) -> Receipt:
        operation = WithStartWorkflowOperation(
            CaseWorkflow.run,
            start,
            id=case_no,
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=summary,
            search_attributes=attributes,
        )
        return await self._start(operation, command)

    async def spread_calendar(self, version: int) -> None:
        """Start telling open cases of a calendar. May be called again: each version is told of once."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                CalendarChangeWorkflow.run,
                version,
                id=f"calendar-{version}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=f"第 {version} 版日历，重算在办案件期限",
            )

    async def call_meeting(self, number: str, call: Call) -> None:
        """Have a meeting called now, and wait until it is held. Once a number, whoever calls."""
        summary = f"牵头单位召集 {call.month} 月度联席会议"
        await self._call(MeetingCallWorkflow.run, number, call, MEETINGS_QUEUE, summary)

    async def draw_up_report(self, number: str, call: ReportCall) -> None:
        """Have a month's analysis drawn up now, and wait until that has begun. Once a number, whoever calls."""
        await self._call(ReportCallWorkflow.run, number, call, REPORTS_QUEUE, f"牵头单位汇总 {call.month} 月度分析")

    async def _call(self, run: Any, number: str, call: Call | ReportCall, queue: str, summary: str) -> None:
        try:
            await self.client.execute_workflow(
                run,
                args=[call.district, call],
                id=f"{number}/call",
                task_queue=queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=summary,
                rpc_timeout=PATIENCE,
            )
        except (TimeoutError, RPCError) as error:
            raise busy() from error

    async def draft_solution(self, number: str, command: Command, title: str) -> Receipt:
        """Start a solution's workflow with its draft. May be called again: the number is the workflow's id."""
        operation = WithStartWorkflowOperation(
            SolutionWorkflow.run,
            SolutionStart(number=number),
            id=number,
            task_queue=SOLUTIONS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=f"一类事 · {title}",
        )
        return await self._start(operation, command)

    async def send_beside(self, number: str, command: Command) -> Receipt:
        """Send one command to a meeting, a solution or an analysis that is not over."""
        try:
            return await self._update(number, command)
        except RPCError as error:
            raise busy() from error

    async def _update(self, number: str, command: Command) -> Receipt:
        """One update to a workflow that is there, and its answer; RPCError is left to who knows what it means here."""
        try:
            receipt = await self._handle(number).execute_update(
                update_name(command), command.message, id=command.id, result_type=Receipt, rpc_timeout=PATIENCE
            )
        except WorkflowUpdateFailedError as error:
            raise refusal_of(error) from None
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error
        return same(receipt, command)

    async def _start(self, operation: WithStartWorkflowOperation[Any, Any], command: Command) -> Receipt:
        """One update to a workflow that is started for it where it is not there."""
        try:
            receipt = await self.client.execute_update_with_start_workflow(
                update_name(command),
                command.message,
                start_workflow_operation=operation,
                id=command.id,
                result_type=Receipt,
                rpc_timeout=PATIENCE,
            )
        except WorkflowUpdateFailedError as error:
            raise refusal_of(error) from None
        except (TimeoutError, RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error
        return same(receipt, command)

    async def now(self, case_no: str) -> datetime:
        """The time of the case's own clock: the wall clock's, except where scenario files move it."""
        if not self._time_skipping:
            return datetime.now(UTC)
        description = await self._handle(case_no).describe()
        info = description.raw_description.workflow_extended_info
        moved = info.HasField("time_skipping_info") and description.status is WorkflowExecutionStatus.RUNNING
        return info.time_skipping_info.current_time.ToDatetime(UTC) if moved else datetime.now(UTC)

    def _handle(self, number: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(number)


def same(receipt: Receipt, command: Command) -> Receipt:
    """The receipt, if it is this very command's; Problem 409 for another one under the same key."""
    if command.keyed and receipt["digest"] != body_digest(command):
        raise Problem(409, "同一个 Idempotency-Key 已用于另一项内容，请更换后重新提交")
    return receipt


def refusal_of(error: WorkflowUpdateFailedError) -> Exception:
    """What the rules refused with, or the error itself when it was not the rules."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == REFUSED:
        status, fields = cause.details
        return Refusal(status, cause.message, [FieldError(f["field"], f["reason"]) for f in fields])
    return error


def busy() -> Problem:
    """The engine did not answer in time: try again with the same key."""
    detail = "系统暂时没有响应，内容可能已经提交；请稍候用同一个 Idempotency-Key 重试，不会重复办理"
    return Problem(503, detail, headers={"Retry-After": "5"})
