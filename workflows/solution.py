"""SolutionWorkflow (一类事流程): from draft to retirement."""

from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.solution import Solution
    from workflows import web_ui

from workflows.ledger import LedgerWorkflow


class SolutionStart(BaseModel):
    """The solution's number; also its state after an earlier run."""

    number: str
    form: dict[str, Any] | None = None


@workflow.defn(name="SolutionWorkflow")
class SolutionWorkflow(LedgerWorkflow):
    """一类事：起草、征求意见、审核、发布、采用、评估，直到废止。"""

    aggregate: Solution

    @workflow.init
    def __init__(self, start: SolutionStart) -> None:
        self.hold(Solution.from_form(start.form) if start.form else Solution(start.number))

    @workflow.run
    async def run(self, start: SolutionStart) -> str:
        """起草后逐级把关；发布后每季度评估一次。"""
        await self.live(lambda: workflow.continue_as_new(start.model_copy(update={"form": self.aggregate.form})))
        return f"已废止：{self.aggregate.state.retired_for}"

    def finished(self) -> bool:
        """Retired."""
        return self.aggregate.state.retired_for is not None

    def show(self) -> None:
        """What an administrator sees in the Web UI."""
        workflow.set_current_details(web_ui.solution_details(self.aggregate))
