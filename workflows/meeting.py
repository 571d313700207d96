"""MeetingWorkflow (联席会议流程), and the call that starts it: on the month's first working day, or by the lead."""

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
    from activities.meetings import Call, MeetingCalls
    from activities.platform.heartbeat import BEAT_TIMEOUT
    from models.aggregate import OWN_ID, Command
    from models.ledger import stamp_time
    from models.meeting import Meeting
    from models.meeting.aggregate import number_of
    from workflows import web_ui
    from workflows.platform.client import MEETINGS_QUEUE

from workflows.ledger import LedgerWorkflow


class MeetingStart(BaseModel):
    """The meeting's number and the signed opening message; also its state after an earlier run."""

    number: str
    hold: dict[str, Any] | None = None
    form: dict[str, Any] | None = None


@workflow.defn(name="MeetingWorkflow")
class MeetingWorkflow(LedgerWorkflow):
    """一次月度联席会议，从议程到纪要。"""

    aggregate: Meeting

    @workflow.init
    def __init__(self, start: MeetingStart) -> None:
        self.hold(Meeting.from_form(start.form) if start.form else Meeting(start.number))

    @workflow.run
    async def run(self, start: MeetingStart) -> str:
        """按议程召开，逐件议定，限期形成纪要。"""
        if start.hold:
            await self.begin(Command.received(CommandName.HOLD_MEETING, f"{OWN_ID}hold", start.hold))
        await self.live(lambda: workflow.continue_as_new(MeetingStart(number=start.number, form=self.aggregate.form)))
        state = self.aggregate.state
        return f"{state.month} 联席会议，议题 {len(state.agenda)} 件，议定 {len(state.decisions)} 项"

    def finished(self) -> bool:
        """Closed."""
        return self.aggregate.state.closed

    def show(self) -> None:
        """What an administrator sees in the Web UI."""
        workflow.set_current_details(web_ui.meeting_details(self.aggregate))


@workflow.defn(name="MeetingCallWorkflow")
class MeetingCallWorkflow:
    """召集：每月第一个工作日，或由牵头单位。"""

    @workflow.run
    async def run(self, district: str, call: Call | None = None) -> str | None:
        """The meeting's number, held now or before; None on another day."""
        call = call or Call(district=district, at=stamp_time(workflow.now()))
        hold = await workflow.execute_activity_method(
            MeetingCalls.prepare,
            call,
            task_queue=MEETINGS_QUEUE,
            start_to_close_timeout=timedelta(minutes=5),
            schedule_to_close_timeout=timedelta(hours=6),
            heartbeat_timeout=BEAT_TIMEOUT,
            summary="整理议程",
        )
        if hold is None:
            return None
        number = number_of(call.district, call.month)
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                MeetingWorkflow.run,
                MeetingStart(number=number, hold=hold),
                id=number,
                task_queue=MEETINGS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=ParentClosePolicy.ABANDON,
                static_summary=f"{call.month} 月度联席会议",
            )
        return number
