"""ReportWorkflow (月度分析流程), and the call that starts it: on the month's first working day, or by the lead."""

import contextlib
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from models.actions import CommandName

with workflow.unsafe.imports_passed_through():
    from activities.platform.heartbeat import BEAT_TIMEOUT
    from activities.reports import ReportCall, ReportCalls
    from models.aggregate import OWN_ID, Command
    from models.ledger import stamp_time
    from models.months import month_before
    from models.report import Report
    from models.report.aggregate import number_of
    from workflows import web_ui
    from workflows.platform.client import REPORTS_QUEUE

from workflows.ledger import LedgerWorkflow


class ReportStart(BaseModel):
    """The analysis's number and the signed opening message; also its state after an earlier run."""

    number: str
    draw_up: dict[str, Any] | None = None
    form: dict[str, Any] | None = None


@workflow.defn(name="ReportWorkflow")
class ReportWorkflow(LedgerWorkflow):
    """一个月的分析：汇总、填写原因、复核编码、定稿。"""

    aggregate: Report

    @workflow.init
    def __init__(self, start: ReportStart) -> None:
        self.hold(Report.from_form(start.form) if start.form else Report(start.number))

    @workflow.run
    async def run(self, start: ReportStart) -> str:
        """数字汇总后不再变；原因由人填写，齐了才能定稿。"""
        if start.draw_up:
            await self.begin(Command.received(CommandName.DRAW_UP, f"{OWN_ID}draw", start.draw_up))
        await self.live(lambda: workflow.continue_as_new(ReportStart(number=start.number, form=self.aggregate.form)))
        return f"{self.aggregate.state.month} 月度分析已定稿"

    def finished(self) -> bool:
        """Final."""
        return self.aggregate.state.final

    def show(self) -> None:
        """What an administrator sees in the Web UI."""
        workflow.set_current_details(web_ui.report_details(self.aggregate))


@workflow.defn(name="ReportCallWorkflow")
class ReportCallWorkflow:
    """汇总上月：每月第一个工作日，或由牵头单位。"""

    @workflow.run
    async def run(self, district: str, call: ReportCall | None = None) -> str | None:
        """The analysis's number, drawn up now or before; None on another day."""
        now = workflow.now()
        call = call or ReportCall(district=district, month=month_before(now), at=stamp_time(now))
        draw_up = await workflow.execute_activity_method(
            ReportCalls.prepare,
            call,
            task_queue=REPORTS_QUEUE,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=timedelta(hours=6),
            heartbeat_timeout=BEAT_TIMEOUT,
            summary="汇总数字",
        )
        if draw_up is None:
            return None
        number = number_of(call.district, call.month)
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                ReportWorkflow.run,
                ReportStart(number=number, draw_up=draw_up),
                id=number,
                task_queue=REPORTS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=ParentClosePolicy.ABANDON,
                static_summary=f"{call.month} 月度分析",
            )
        return number
