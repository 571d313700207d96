"""The way from the doors to the workflows (指令发送): one signed update a command, its answer in the rules' words."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
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

from activities.ledgers.answers import AGAIN
from activities.ledgers.system_commands import update_name
from activities.meetings import Call
from activities.platform.keyring import DOOR, KeyRing
from activities.platform.signatures import Signer
from activities.reports import ReportCall
from api.http.errors import Problem
from models.aggregate import By, Command
from models.case import Case
from models.errors import FieldError, Refusal, conflict
from workflows.calendar_change import CalendarChangeWorkflow
from workflows.case import CaseWorkflow, Start
from workflows.ledger import REFUSED
from workflows.meeting import MeetingCallWorkflow, MeetingStart, MeetingWorkflow
from workflows.platform.client import MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE
from workflows.platform.search_attributes import at_start
from workflows.report import ReportCallWorkflow, ReportStart, ReportWorkflow
from workflows.solution import SolutionStart, SolutionWorkflow

PATIENCE = timedelta(seconds=15)
"""How long a person at the counter waits for an answer before being told to try again."""


AGAIN_SECONDS = 0.05
"""How long to wait before a command is sent on to the run that follows one that is ending."""


class Gateway:
    """Signs commands, sends them to case workflows, and tells a case's own time."""

    def __init__(self, client: Client, ring: KeyRing, *, time_skipping: bool) -> None:
        self.client = client
        self._signer = Signer(ring, DOOR)
        self._time_skipping = time_skipping

    async def register(self, command: Command, case_no: str, summary: str) -> None:
        """Start the case's workflow with its registration. May be called again: the number is the workflow's id.

        Raises Refusal 409 where the engine has a case of that number already, at work or ended.
        """
        attributes = at_start(command.body["opening"]["district"])
        try:
            await self._start_case(case_no, command, None, summary, attributes, WorkflowIDReusePolicy.REJECT_DUPLICATE)
        except WorkflowAlreadyStartedError:
            raise conflict(f"编号 {case_no} 已经登记过") from None

    async def newest_serial(self, series: str) -> int:
        """The highest serial of that division and day that the engine has a case of; 0 for none."""
        query = f"WorkflowType = '{CaseWorkflow.__name__}' AND WorkflowId STARTS_WITH '{series}-'"
        serials = [each.id.rpartition("-")[2] async for each in self.client.list_workflows(query)]
        return max((int(serial) for serial in serials if serial.isdecimal()), default=0)

    async def send(self, case_no: str, command: Command, stored: Case) -> None:
        """Send one command to the case. `stored` is how it stands in the register, should its workflow have ended.

        Raises Refusal with the rules' reason, or Problem 503 when the engine does not answer in time.
        """
        try:
            await self._update(case_no, command)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise busy() from error
            start, attributes = Start(form=stored.form), at_start(stored.state.district)
            await self._start_case(case_no, command, start, f"续办 · {case_no}", attributes)

    async def _start_case(
        self,
        case_no: str,
        command: Command,
        start: Start | None,
        summary: str,
        attributes: TypedSearchAttributes,
        again: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    ) -> None:
        def operation() -> WithStartWorkflowOperation[Any, Any]:
            return WithStartWorkflowOperation(
                CaseWorkflow.run,
                start,
                id=case_no,
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=again,
                static_summary=summary,
                search_attributes=attributes,
            )

        await self._start(case_no, operation, command)

    async def spread_calendar(self, version: int) -> None:
        """Start sending a calendar to open cases. May be called again: each version is sent once."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                CalendarChangeWorkflow.run,
                version,
                id=f"calendar-{version}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=f"第 {version} 版日历，重算在办案件期限",
            )

    async def call_meeting(self, number: str, call: Call, by: By) -> None:
        """Have a meeting called now, and wait until it is held. Each number is called once."""
        summary = f"牵头单位召集 {call.month} 月度联席会议"
        asked = self._signer.sign(number, Command(name="call_meeting", by=by, id=number)).message
        signed = call.model_copy(update={"asked": asked})
        await self._call(MeetingCallWorkflow.run, number, signed, MEETINGS_QUEUE, summary)

    async def draw_up_report(self, number: str, call: ReportCall, by: By) -> None:
        """Have a month's analysis drawn up now, and wait until that has begun. Each number is drawn up once."""
        summary = f"牵头单位汇总 {call.month} 月度分析"
        asked = self._signer.sign(number, Command(name="call_report", by=by, id=number)).message
        signed = call.model_copy(update={"asked": asked})
        await self._call(ReportCallWorkflow.run, number, signed, REPORTS_QUEUE, summary)

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

    async def draft_solution(self, number: str, command: Command, title: str) -> None:
        """Start a solution's workflow with its draft. May be called again: the number is the workflow's id."""
        await self._start_other(number, command, f"一类事 · {title}")

    async def send_beside(self, number: str, command: Command) -> None:
        """Send one command to a meeting, a solution or an analysis that is not over.

        One whose workflow was stopped is taken up again: the register hands its entries to the new run.
        """
        try:
            await self._update(number, command)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise busy() from error
            await self._start_other(number, command, f"恢复办理 · {number}")

    async def _start_other(self, number: str, command: Command, summary: str) -> None:
        run, start, queue = workflow_of(number)

        def operation() -> WithStartWorkflowOperation[Any, Any]:
            return WithStartWorkflowOperation(
                run,
                start,
                id=number,
                task_queue=queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                static_summary=summary,
            )

        await self._start(number, operation, command)

    async def _update(self, number: str, command: Command) -> None:
        """One update to a workflow that is there; RPCError is left to the caller."""
        signed = self._signer.sign(number, command)
        await answered(
            lambda: self._handle(number).execute_update(
                update_name(command), signed.message, id=command.id, rpc_timeout=PATIENCE
            )
        )

    async def _start(
        self, number: str, operation: Callable[[], WithStartWorkflowOperation[Any, Any]], command: Command
    ) -> None:
        """One update to a workflow that is started for it where it is not there."""
        signed = self._signer.sign(number, command)
        try:
            await answered(
                lambda: self.client.execute_update_with_start_workflow(
                    update_name(command),
                    signed.message,
                    start_workflow_operation=operation(),
                    id=command.id,
                    rpc_timeout=PATIENCE,
                )
            )
        except (RPCError, WorkflowAlreadyStartedError) as error:
            raise busy() from error

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


def workflow_of(number: str) -> tuple[Any, Any, str]:
    """The workflow that keeps the ledger of a meeting, an analysis or a solution; its start, and its queue."""
    if number.startswith("meeting/"):
        return MeetingWorkflow.run, MeetingStart(number=number), MEETINGS_QUEUE
    if number.startswith("report/"):
        return ReportWorkflow.run, ReportStart(number=number), REPORTS_QUEUE
    return SolutionWorkflow.run, SolutionStart(number=number), SOLUTIONS_QUEUE


async def answered(send: Callable[[], Awaitable[Any]]) -> None:
    """Send an update until a run takes it: one that is about to end sends it on to the next, under the same id.

    Raises Refusal with the rules' reason, Problem 503 when there is no answer in time, RPCError for anything else.
    """
    deadline = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
    while True:
        try:
            await send()
            return
        except WorkflowUpdateFailedError as error:
            again = isinstance(error.cause, ApplicationError) and error.cause.type == AGAIN
            if not again or asyncio.get_running_loop().time() > deadline:
                raise refusal_of(error) from None
        except RPCError as error:
            if error.status is not RPCStatusCode.ABORTED or asyncio.get_running_loop().time() > deadline:
                raise
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error
        await asyncio.sleep(AGAIN_SECONDS)


def refusal_of(error: WorkflowUpdateFailedError) -> Exception:
    """The rules' refusal, or the error itself when it was not the rules."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == REFUSED:
        status, fields = cause.details
        return Refusal(status, cause.message, [FieldError(f["field"], f["reason"]) for f in fields])
    return busy() if isinstance(cause, ApplicationError) and cause.type == AGAIN else error


def busy() -> Problem:
    """The engine did not answer in time: try again with the same key."""
    detail = "系统暂时没有响应，内容可能已经提交；请稍候用同一个 Idempotency-Key 重试，不会重复办理"
    return Problem(503, detail, headers={"Retry-After": "5"})
