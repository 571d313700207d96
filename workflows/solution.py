"""SolutionWorkflow (一类事流程): from the draft to the day when nobody needs it any more."""

from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.solution import Solution
    from models.solution.row import solution_row
    from models.solution.state import SolutionState
    from workflows import reading

from workflows.ledger import LedgerWorkflow


class SolutionStart(BaseModel):
    """Which solution this is; with its state where a run before has ended."""

    number: str
    state: dict[str, Any] | None = None


@workflow.defn(name="SolutionWorkflow")
class SolutionWorkflow(LedgerWorkflow):
    """一类事：起草、征求意见、审核、发布、采用、评估，直到废止。"""

    it: Solution

    @workflow.init
    def __init__(self, start: SolutionStart) -> None:
        stored = start.state and SolutionState.model_validate(start.state)
        self.hold(Solution.from_state(stored) if stored else Solution(start.number))

    @workflow.run
    async def run(self, start: SolutionStart) -> str:
        """起草后逐级把关；发布后每季度评估一次。"""
        await self.live(self._begin_anew)
        return f"已废止：{self.it.state.retired_for}"

    def _begin_anew(self) -> None:
        state = self.it.state.model_dump(mode="json", exclude_defaults=True)
        workflow.continue_as_new(SolutionStart(number=self.it.state.case_no, state=state))

    def finished(self) -> bool:
        """Retired."""
        return self.it.state.retired_for is not None

    def row(self) -> dict[str, Any]:
        """Every column of `solutions` but the state itself."""
        return solution_row(self.it)

    def show(self) -> None:
        """What an administrator sees in the Web UI."""
        workflow.set_current_details(reading.solution_details(self.it))
