"""CaseWorkflow (办件流程): one durable workflow a case, from registration to the look-back.

`run` waits for time, updates bring what people do; both only ask the aggregate, record what it answers, and show it.
One command at a time: the next is decided when the one before is in the register.

There is one timer, for the nearest limit. A limit that moves later leaves the timer alone: waking once too early costs
less than cancelling and starting anew with every command.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.register import Batch, LedgerConflictError, Register, entry_of, entry_row
    from models.actions import COMMANDS
    from models.case import Case, Command, Message, State
    from models.case.closing import is_finished
    from models.errors import Refusal
    from models.ledger import Entry, digest
    from models.row import case_row
    from workflows import reading
    from workflows.search_attributes import Values, shown_at_start, values_of

REFUSED = "Refused"
"""Type of the error by which a command is refused; its details are status and field errors."""


class Start(BaseModel):
    """What a run starts from: nothing for a new case, the whole state for one that is taken up again."""

    state: State | None = None


Receipt = dict[str, Any]
"""What a command's sender gets: `seq`, how far the ledger has come; for a key of their own, the body's `digest`."""


@workflow.defn(name="CaseWorkflow")
class CaseWorkflow:
    """一件“办不成的事”的全过程。"""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self.case = Case.from_state(start.state) if start.state else Case(workflow.info().workflow_id)
        self._turn = asyncio.Lock()
        self._adopted: set[str] = set()
        self._shown: Values = shown_at_start(workflow.info().typed_search_attributes)

    @workflow.run
    async def run(self, start: Start) -> str:
        """登记之后，等人办、等时限到，直到归档、回头看完毕。"""
        await workflow.wait_condition(lambda: self.case.state.seq > 0)
        while not is_finished(self.case):
            await self._wait_for_time()
            async with self._turn:
                await self._record(self.case.catch_up(workflow.now()))
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(Start(state=self.case.state))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return reading.closing_line(self.case)

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> Receipt:
        """One act of somebody: decided, applied, recorded; who gets an answer reads it back at once."""
        command = self._read(name, args)
        async with self._turn:
            # Entries that a dead worker left may be this very command's: then it is done. Otherwise decide again.
            while command.id not in self._adopted and await self._record(self._run(command)):
                pass
        receipt: Receipt = {"seq": self.case.state.seq}
        return {**receipt, "digest": body_digest(command)} if command.keyed else receipt

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """A wrong command leaves no trace in the history; its sender gets the reason."""
        command = self._read(name, args)
        if command.id in self._adopted:
            return
        try:
            self.case.decide(command, workflow.now())
        except Refusal as refusal:
            raise _refused(refusal) from None

    def _run(self, command: Command) -> list[Entry]:
        try:
            return self.case.run(command, workflow.now())
        except Refusal as refusal:
            raise _refused(refusal) from None

    @staticmethod
    def _read(name: str, args: Sequence[RawValue]) -> Command:
        message = workflow.payload_converter().from_payload(args[0].payload, Message)
        update = workflow.current_update_info()
        return Command(name=name.rpartition(" ")[2], id=update.id if update else "", **dict(message))

    async def _wait_for_time(self) -> None:
        wakeup = self.case.next_wakeup()
        if wakeup is None:
            await workflow.wait_condition(lambda: self.case.next_wakeup() is not None or is_finished(self.case))
            return
        delay = wakeup - workflow.now()
        if delay <= timedelta(0):
            return

        def earlier() -> bool:
            nearest = self.case.next_wakeup()
            return (nearest is not None and nearest < wakeup) or is_finished(self.case)

        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(earlier, timeout=delay, timeout_summary=reading.timer_line(self.case))

    async def _record(self, entries: list[Entry]) -> bool:
        """Write the entries. True when others stand in their place, which the case then goes on from."""
        if not entries:
            return False
        row, state = case_row(self.case), self.case.state.model_dump_json(exclude_defaults=True)
        try:
            stands = await workflow.execute_local_activity_method(
                Register.record,
                Batch(entries=[entry_row(entry) for entry in entries], row=row, state=state),
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(non_retryable_error_types=[LedgerConflictError.__name__]),
                summary=reading.act_line(entries),
            )
        except ActivityError as error:
            # Fails the workflow task, not the case: it stays open and visible until somebody has looked at it.
            raise RuntimeError("台账与流程历史不一致，已停止写入，请审计核对") from error
        if stands:
            ledger = [entry_of(row) for row in stands]
            self.case = Case.from_entries(self.case.state.case_no, ledger)
            self._adopted |= {entry.command_id for entry in ledger[entries[0].seq - 1 :]} - {""}
        self._show()
        return bool(stands)

    def _show(self) -> None:
        """What an administrator sees in the Web UI: details in words, attributes to search by."""
        workflow.set_current_details(reading.details(self.case))
        values = values_of(self.case)
        changed = {key: value for key, value in values.items() if self._shown.get(key) != value}
        gone = [key for key in self._shown if key not in values]
        self._shown = values
        if changed or gone:
            workflow.upsert_search_attributes(
                [key.value_set(value) for key, value in changed.items()] + [key.value_unset() for key in gone]
            )


def body_digest(command: Command) -> str:
    """What tells one command from another under the same key: what, by whom, with which body."""
    return digest([command.name, command.by.actor, command.body])[:16]


def update_name(command: Command) -> str:
    """An update's name as the Web UI shows it: the act in Chinese, then its code."""
    return f"{COMMANDS[command.name]} {command.name}"


def _refused(refusal: Refusal) -> ApplicationError:
    errors = [{"field": error.field, "reason": error.reason} for error in refusal.errors]
    return ApplicationError(refusal.detail, refusal.status, errors, type=REFUSED, non_retryable=True)
