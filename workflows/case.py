"""CaseWorkflow (办件流程): one durable workflow for each case, from registration to the look-back."""

from typing import Any

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.case import Case
    from models.case.archiving import is_finished
    from models.ledger import Entry
    from workflows import web_ui
    from workflows.platform.search_attributes import Values, shown_at_start, values_of

from workflows.ledger import LedgerWorkflow


class Start(BaseModel):
    """The stored state from which a run takes the case up again."""

    form: dict[str, Any]


@workflow.defn(name="CaseWorkflow")
class CaseWorkflow(LedgerWorkflow):
    """一件“办不成的事”的全过程。"""

    aggregate: Case

    @workflow.init
    def __init__(self, start: Start | None) -> None:
        self.hold(Case.from_form(start.form) if start else Case(workflow.info().workflow_id))
        self._shown: Values = shown_at_start(workflow.info().typed_search_attributes)
        self._begun_with = ""

    @workflow.run
    async def run(self, start: Start | None) -> str:
        """登记之后，等人办、等时限到，直到归档、回头看完毕。"""
        await self.live(lambda: workflow.continue_as_new(Start(form=self.aggregate.form)))
        return web_ui.closing_line(self.aggregate)

    def finished(self) -> bool:
        """Archived, looked back on, nothing open."""
        return is_finished(self.aggregate)

    def carry_out(self, entries: list[Entry]) -> None:
        """Also remember the opening command."""
        self._begun_with = next((entry.command_id for entry in entries if entry.seq == 1), self._begun_with)
        super().carry_out(entries)

    def begun_with_another(self, command_id: str) -> bool:
        """Whether the number is taken: a restored register may allot it again, and the engine knows."""
        return self.aggregate.seq > 0 and command_id != self._begun_with

    def show(self) -> None:
        """Details and search attributes for the Web UI."""
        workflow.set_current_details(web_ui.details(self.aggregate))
        values = values_of(self.aggregate)
        changed = {key: value for key, value in values.items() if self._shown.get(key) != value}
        gone = [key for key in self._shown if key not in values]
        self._shown = values
        if changed or gone:
            workflow.upsert_search_attributes(
                [key.value_set(value) for key, value in changed.items()] + [key.value_unset() for key in gone]
            )
