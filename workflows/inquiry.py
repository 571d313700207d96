"""InquiryWorkflow (责任倒查流程): sealed, with its own namespace, key and task queue.

The case learns one thing only: a case of 不给办 is archived when its own inquiry is closed.
"""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.inquiries import CaseRelease
    from models.codes import InquiryStage
    from models.inquiry import Inquiry

from workflows.sealed import SealedLedgerWorkflow


class InquiryStart(BaseModel):
    """The inquiry's number; also its state after an earlier run."""

    inquiry_id: str
    form: dict[str, Any] | None = None


@workflow.defn(name="InquiryWorkflow")
class InquiryWorkflow(SealedLedgerWorkflow):
    """一次责任倒查的全过程。"""

    aggregate: Inquiry
    sealed_as = "inquiry"

    @workflow.init
    def __init__(self, start: InquiryStart) -> None:
        self.hold(Inquiry.from_form(start.form) if start.form else Inquiry(start.inquiry_id))

    @workflow.run
    async def run(self, start: InquiryStart) -> None:
        """启动之后，认定、申诉、裁定，直到办结；自办案件的，告知案件可以归档。"""
        await self.live(lambda: workflow.continue_as_new(start.model_copy(update={"form": self.aggregate.form})))
        if self.aggregate.state.own:
            released = workflow.start_activity_method(
                CaseRelease.release, self.aggregate.state.of_case, start_to_close_timeout=timedelta(seconds=30)
            )
            await self._undisturbed(released)

    def finished(self) -> bool:
        """Closed."""
        return self.aggregate.state.stage is InquiryStage.CLOSED
