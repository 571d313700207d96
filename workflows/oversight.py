"""OversightWorkflow (督导事项流程): a task of the 督导组 or a hole to be closed, sealed like an inquiry."""

from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.codes import OversightStage
    from models.oversight import Oversight

from workflows.sealed import SealedLedgerWorkflow


class OversightStart(BaseModel):
    """The number of the task or hole; also its state after an earlier run."""

    number: str
    form: dict[str, Any] | None = None


@workflow.defn(name="OversightWorkflow")
class OversightWorkflow(SealedLedgerWorkflow):
    """一项督导事项，从开出到办结。"""

    aggregate: Oversight
    sealed_as = "oversight"

    @workflow.init
    def __init__(self, start: OversightStart) -> None:
        self.hold(Oversight.from_form(start.form) if start.form else Oversight(start.number))

    @workflow.run
    async def run(self, start: OversightStart) -> None:
        """认领、核实、办结；漏洞须有整改证明。"""
        await self.live(lambda: workflow.continue_as_new(start.model_copy(update={"form": self.aggregate.form})))

    def finished(self) -> bool:
        """Closed."""
        return self.aggregate.state.stage is OversightStage.CLOSED
