"""CaseWorkflow (办件流程): one durable workflow a case, from registration to the look-back."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.inquiries import InquiryLookUp
    from models.aggregate import OWN_ID, SYSTEM, Command
    from models.case import Case, State
    from models.case.archiving import is_finished, waits_for_inquiry
    from models.row import case_row
    from workflows import reading
    from workflows.search_attributes import Values, shown_at_start, values_of

from workflows.ledger import LedgerWorkflow


class Start(BaseModel):
    """What a run starts from: nothing for a new case, the whole state for one that is taken up again."""

    state: State | None = None


@workflow.defn(name="CaseWorkflow")
class CaseWorkflow(LedgerWorkflow):
    """一件“办不成的事”的全过程。"""

    it: Case

    @workflow.init
    def __init__(self, start: Start) -> None:
        self.hold(Case.from_state(start.state) if start.state else Case(workflow.info().workflow_id))
        self._shown: Values = shown_at_start(workflow.info().typed_search_attributes)

    @workflow.run
    async def run(self, start: Start) -> str:
        """登记之后，等人办、等时限到，直到归档、回头看完毕。"""
        await self.live(lambda: workflow.continue_as_new(Start(state=self.it.state)))
        return reading.closing_line(self.it)

    def finished(self) -> bool:
        """Archived, looked back on, nothing owed."""
        return is_finished(self.it)

    def row(self) -> dict[str, Any]:
        """Every column of `cases` but the state itself."""
        return case_row(self.it)

    async def follow(self) -> None:
        """不给办: ready for the archive but for its own inquiry, which may have closed before."""
        if not waits_for_inquiry(self.it):
            return
        closed = await workflow.execute_local_activity_method(
            InquiryLookUp.own_closed,
            self.it.state.case_no,
            start_to_close_timeout=timedelta(seconds=10),
            summary="核对归档条件",
        )
        if closed:
            await self.take(Command(name="archive", by=SYSTEM, id=f"{OWN_ID}archive-{self.it.state.seq}"))

    def show(self) -> None:
        """What an administrator sees in the Web UI: details in words, attributes to search by."""
        workflow.set_current_details(reading.details(self.it))
        values = values_of(self.it)
        changed = {key: value for key, value in values.items() if self._shown.get(key) != value}
        gone = [key for key in self._shown if key not in values]
        self._shown = values
        if changed or gone:
            workflow.upsert_search_attributes(
                [key.value_set(value) for key, value in changed.items()] + [key.value_unset() for key in gone]
            )
