"""LedgerWorkflow (台账流程): what every workflow does that keeps a ledger, be it a case's or an inquiry's.

It decides nothing. A command, or time, is handed to the register's activity; what the activity answers is carried out,
shown, and decides how long the one timer waits. A replay carries out the same answers again and asks no rule, so rules
may change under open cases; only the commands that this file gives to the engine must stay as they are.

There is one timer, for the nearest limit. A limit that moves later leaves the timer alone: waking once too early costs
less than cancelling and starting anew with every command.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.answers import AGAIN, Answer, Request, entries_after, refusal_from
    from activities.register import CONFLICT, Register
    from models.aggregate import Aggregate, Command
    from models.errors import Refusal
    from models.ledger import stamp_time
    from workflows import reading
    from workflows.trust import vouched_for

REFUSED = "Refused"
"""Type of the error by which a command is refused; its details are status and field errors."""

BOUND = timedelta(seconds=7)
"""How long the register may take, its tries together: below the ten seconds of a workflow task. After that the task
fails, is seen to fail, and is tried again."""

FIRST_PAUSE = timedelta(milliseconds=200)


class LedgerWorkflow:
    """The shell around one aggregate, `it`. Subclasses say how it is shown."""

    it: Aggregate[Any]

    def hold(self, it: Aggregate[Any]) -> None:
        """Begin with this aggregate, empty or taken up again."""
        self.it = it
        self._turn = asyncio.Lock()
        self._leaving = False
        self._asked_to_cancel = ""

    def finished(self) -> bool:
        """Whether nothing is left to wait for."""
        raise NotImplementedError

    def show(self) -> None:
        """Show in the Web UI how it stands."""

    async def live(self, begin_anew: Callable[[], None]) -> None:
        """Record what time brings until nothing is left to wait for; `begin_anew` continues as new, where suggested."""
        await self._undisturbed(self._until(lambda: self.it.seq > 0))
        await self._undisturbed(self._tell_of_cancelling())
        while not self.finished():
            await self._undisturbed(self._wait_for_time())
            if self._run_is_long():
                self._leaving = True  # from here on the validator sends new commands to the next run
                await self._undisturbed(workflow.wait_condition(workflow.all_handlers_finished))
                begin_anew()
            if self._is_due():
                await self._undisturbed(self._in_turn())
        await self._undisturbed(workflow.wait_condition(workflow.all_handlers_finished))

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> None:
        """One act of somebody: handed to the register; who gets an answer reads it back at once."""
        ledger_name, command_id, message = self.read(name, args)
        async with self._turn:
            refusal = await self._record(name=ledger_name, command_id=command_id, message=message)
        if refusal is not None:
            raise refused(refusal)

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """What nobody vouches for leaves no trace in the history. Validators are not run when a history is replayed."""
        if self._leaving:
            raise ApplicationError("本轮历史即将换新，请重试", type=AGAIN, non_retryable=True)
        ledger_name, command_id, message = self.read(name, args)
        if refusal := vouched_for(self.it.number, ledger_name, command_id, message):
            raise refused(refusal)

    def read(self, name: str, args: Sequence[RawValue]) -> tuple[str, str, dict[str, Any]]:
        """Name, id and message of an update's command; the name stands last in the update's name."""
        return name.rpartition(" ")[2], update_id(), message_of(args)

    async def begin(self, command: Command) -> None:
        """The command that begins the ledger, where the workflow is started with it."""
        await self._undisturbed(self._begin(command))

    async def _begin(self, command: Command) -> None:
        async with self._turn:
            refusal = await self._record(name=command.name, command_id=command.id, message=command.message)
        if refusal is not None:
            raise refused(refusal)

    async def _in_turn(self, noticed: str = "") -> None:
        async with self._turn:
            await self._record(noticed=noticed)

    async def _record(self, **asked: Any) -> Refusal | None:
        """Have the register decide, and carry out what it answers. The refusal of a command, or None."""
        while True:
            it = self.it
            request = Request(ledger=it.number, head=it.head, seq=it.seq, now=stamp_time(workflow.now()), **asked)
            answer = await self._ask(request)
            entries = entries_after(it.number, it.seq, it.head, answer.entries)
            for entry in entries:
                it.apply(entry)
            if not answer.more:
                break
        if it.seq:
            self.show()
        return refusal_from(answer.refused) if answer.refused else None

    async def _ask(self, request: Request) -> Answer:
        try:
            return await workflow.execute_local_activity_method(
                Register.record,
                request,
                schedule_to_close_timeout=BOUND,
                retry_policy=RetryPolicy(initial_interval=FIRST_PAUSE, non_retryable_error_types=[CONFLICT]),
            )
        except FailureError as error:
            # Fails the workflow task, not the case: nothing has moved, and it stays visible until it is mended.
            cause = error.cause or error
            told = "台账与流程历史不一致" if getattr(cause, "type", "") == CONFLICT else "台账暂时不能写入"
            raise RuntimeError(f"{told}：{cause}") from error

    async def _undisturbed(self, work: Awaitable[None]) -> None:
        """Do this to its end. A request to cancel is recorded and otherwise ignored: the case goes on (取消请求).

        Whatever a ledger's workflow waits for is waited for here, or a request to cancel ends it.
        """
        task = asyncio.ensure_future(work)
        while True:
            try:
                await asyncio.shield(task)
                return
            except asyncio.CancelledError:
                if task.cancelled():
                    raise
                self._asked_to_cancel = workflow.cancellation_reason() or "未写原因"
                await asyncio.ensure_future(self._tell_of_cancelling())

    async def _tell_of_cancelling(self) -> None:
        """Record a request to cancel, once; a ledger that has not begun yet is told of it when it has."""
        if self._asked_to_cancel and self.it.seq:
            why, self._asked_to_cancel = self._asked_to_cancel, ""
            await self._in_turn(noticed=f"有人请求取消流程，未予理会：{why}")

    async def _until(self, condition: Callable[[], bool]) -> None:
        await workflow.wait_condition(lambda: condition() or self._run_is_long())

    def _run_is_long(self) -> bool:
        """The engine suggests a new run; whoever woke us asks, so that no number of commands fills a history."""
        return workflow.info().is_continue_as_new_suggested()

    def _is_due(self) -> bool:
        wakeup = self.it.next_wakeup()
        return wakeup is not None and wakeup <= workflow.now()

    async def _wait_for_time(self) -> None:
        wakeup = self.it.next_wakeup()
        if wakeup is None:
            await self._until(lambda: self.it.next_wakeup() is not None or self.finished())
            return
        delay = wakeup - workflow.now()
        if delay <= timedelta(0):
            return

        def earlier() -> bool:
            nearest = self.it.next_wakeup()
            return (nearest is not None and nearest < wakeup) or self.finished() or self._run_is_long()

        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(earlier, timeout=delay, timeout_summary=reading.timer_line(self.it))


def message_of(args: Sequence[RawValue]) -> dict[str, Any]:
    """The message of an update; a Refusal's error where there is none, or none that our keys sealed."""
    try:
        found: dict[str, Any] = workflow.payload_converter().from_payload(args[0].payload, dict)
    except Exception:
        raise refused(Refusal(403, "内容没有用本系统的密钥加密，不予办理；请从系统的界面或接口提交")) from None
    return found


def update_id() -> str:
    """The id of the update being handled."""
    update = workflow.current_update_info()
    return update.id if update else ""


def refused(refusal: Refusal) -> ApplicationError:
    """A refusal as the sender of an update gets it."""
    errors = [{"field": error.field, "reason": error.reason} for error in refusal.errors]
    return ApplicationError(refusal.detail, refusal.status, errors, type=REFUSED, non_retryable=True)
