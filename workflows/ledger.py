"""LedgerWorkflow (台账流程): what every workflow does that keeps a ledger, be it a case's or an inquiry's.

`live` waits for time, updates bring what people do; both only ask the aggregate, record what it answers, and show it.
One command at a time: the next is decided when the one before is in the register.

There is one timer, for the nearest limit. A limit that moves later leaves the timer alone: waking once too early costs
less than cancelling and starting anew with every command.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.register import Batch, LedgerConflictError, Register, entry_of, entry_row
    from models.aggregate import Aggregate, Command, Message
    from models.errors import Refusal
    from models.ledger import Entry, digest
    from workflows import reading

REFUSED = "Refused"
"""Type of the error by which a command is refused; its details are status and field errors."""

Receipt = dict[str, Any]
"""What a command's sender gets: `seq`, how far the ledger has come; for a key of their own, the body's `digest`."""


class LedgerWorkflow:
    """The shell around one aggregate, `it`. Subclasses say how it is shown, and what follows outside its ledger."""

    it: Aggregate[Any]

    def hold(self, it: Aggregate[Any]) -> None:
        """Begin with this aggregate, empty or taken up again."""
        self.it = it
        self._turn = asyncio.Lock()
        self._adopted: set[str] = set()

    def finished(self) -> bool:
        """Whether nothing is left to wait for."""
        raise NotImplementedError

    def row(self) -> dict[str, Any]:
        """The row of the register, but the state itself."""
        raise NotImplementedError

    def show(self) -> None:
        """Show in the Web UI how it stands."""

    async def follow(self) -> None:
        """Whatever the new state sets off outside this ledger; asked after every record, in the same turn."""

    def summary(self, entries: Sequence[Entry]) -> str:
        """How the Web UI calls the recording of these entries."""
        return reading.act_line(entries)

    async def live(self, begin_anew: Callable[[], None]) -> None:
        """Record what time brings until nothing is left to wait for; `begin_anew` continues as new, where suggested."""
        await workflow.wait_condition(lambda: self.it.state.seq > 0)
        while not self.finished():
            await self._wait_for_time()
            async with self._turn:
                await self._record(self.it.catch_up(workflow.now()))
                await self.follow()
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                begin_anew()
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> Receipt:
        """One act of somebody: decided, applied, recorded; who gets an answer reads it back at once."""
        command = self.read(name, args)
        async with self._turn:
            # Entries that a dead worker left may be this very command's: then it is done. Otherwise decide again.
            while command.id not in self._adopted and await self._record(self._run(command)):
                pass
            await self.follow()
        receipt: Receipt = {"seq": self.it.state.seq}
        return {**receipt, "digest": body_digest(command)} if command.keyed else receipt

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """A wrong command leaves no trace in the history; its sender gets the reason."""
        command = self.read(name, args)
        if command.id in self._adopted:
            return
        try:
            self.it.decide(command, workflow.now())
        except Refusal as refusal:
            raise _refused(refusal) from None

    async def begin(self, command: Command) -> None:
        """The command that begins the ledger, where the workflow is started with it."""
        async with self._turn:
            await self.take(command)

    async def take(self, command: Command) -> None:
        """A command that this workflow gives itself, in a turn that is its own already."""
        while command.id not in self._adopted and await self._record(self._run(command)):
            pass

    def read(self, name: str, args: Sequence[RawValue]) -> Command:
        """The command of an update: its name stands last in the update's name."""
        message = workflow.payload_converter().from_payload(args[0].payload, Message)
        return Command(name=name.rpartition(" ")[2], id=update_id(), **dict(message))

    def _run(self, command: Command) -> list[Entry]:
        try:
            return self.it.run(command, workflow.now())
        except Refusal as refusal:
            raise _refused(refusal) from None

    async def _wait_for_time(self) -> None:
        wakeup = self.it.next_wakeup()
        if wakeup is None:
            await workflow.wait_condition(lambda: self.it.next_wakeup() is not None or self.finished())
            return
        delay = wakeup - workflow.now()
        if delay <= timedelta(0):
            return

        def earlier() -> bool:
            nearest = self.it.next_wakeup()
            return (nearest is not None and nearest < wakeup) or self.finished()

        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(earlier, timeout=delay, timeout_summary=reading.timer_line(self.it))

    async def _record(self, entries: list[Entry]) -> bool:
        """Write the entries. True when others stand in their place, which the aggregate then goes on from."""
        if not entries:
            return False
        state = self.it.state.model_dump_json(exclude_defaults=True)
        try:
            stands = await workflow.execute_local_activity_method(
                Register.record,
                Batch(entries=[entry_row(entry) for entry in entries], row=self.row(), state=state),
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(non_retryable_error_types=[LedgerConflictError.__name__]),
                summary=self.summary(entries),
            )
        except ActivityError as error:
            # Fails the workflow task, not the case: it stays open and visible until somebody has looked at it.
            raise RuntimeError("台账与流程历史不一致，已停止写入，请审计核对") from error
        if stands:
            ledger = [entry_of(row) for row in stands]
            self.it = type(self.it).from_entries(self.it.state.case_no, ledger)
            self._adopted |= {entry.command_id for entry in ledger[entries[0].seq - 1 :]} - {""}
        self.show()
        return bool(stands)


def update_id() -> str:
    """The id of the update being handled."""
    update = workflow.current_update_info()
    return update.id if update else ""


def body_digest(command: Command) -> str:
    """What tells one command from another under the same key: what, by whom, with which body."""
    return digest([command.name, command.by.actor, command.body])[:16]


def _refused(refusal: Refusal) -> ApplicationError:
    errors = [{"field": error.field, "reason": error.reason} for error in refusal.errors]
    return ApplicationError(refusal.detail, refusal.status, errors, type=REFUSED, non_retryable=True)
