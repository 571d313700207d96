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
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.ledgers.answers import AGAIN, Answer, Request, entries_after, refusal_from
    from activities.register import CONFLICT, Register
    from models.aggregate import Aggregate, Command
    from models.errors import Refusal
    from models.ledger import Entry, stamp_time
    from workflows import web_ui
    from workflows.platform.trust import belongs, vouched_for

REFUSED = "Refused"
"""Type of the error by which a command is refused; its details are status and field errors."""

BOUND = timedelta(seconds=7)
"""How long the register may take, its tries together: below the ten seconds of a workflow task. After that the task
fails, is seen to fail, and is tried again."""

TICK = "tick"
"""A command of the system that records nothing of its own: the workflow reads on in the register, and looks at the
time. Sent where a limit has passed or the register has come further, and nothing was heard."""

FIRST_PAUSE = timedelta(milliseconds=200)


class LedgerWorkflow:
    """The shell around one aggregate, `it`. Subclasses say how it is shown."""

    it: Aggregate[Any]
    sealed_as: ClassVar[str] = ""
    """What the workflow's id is made of where it tells nothing; otherwise the id is the ledger's number."""

    def hold(self, it: Aggregate[Any]) -> None:
        """Begin with this aggregate, empty or taken up again. Raises ApplicationError where it is another's."""
        if not belongs(workflow.info().workflow_id, it.number, self.sealed_as):
            raise ApplicationError("流程编号与台账编号不符", non_retryable=True)
        self.it = it
        self._turn = asyncio.Lock()
        self._leaving = self._asked = self._told_to_cancel = False

    def finished(self) -> bool:
        """Whether nothing is left to wait for."""
        raise NotImplementedError

    def carry_out(self, entries: list[Entry]) -> None:
        """Apply what was decided."""
        for entry in entries:
            self.it.apply(entry)

    def show(self) -> None:
        """Show in the Web UI how it stands."""

    def begun_with_another(self, command_id: str) -> bool:
        """Whether its number belongs to something else than what this command begins."""
        return False

    async def live(self, begin_anew: Callable[[], None]) -> None:
        """Record what time brings until nothing is left to wait for; `begin_anew` continues as new, where suggested.

        A run that is begun without a command asks the register first: whoever began it may have handed it an old state.
        """
        if not self._asked and not self._turn.locked():
            await self._undisturbed(self._in_turn())
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
        if ledger_name == TICK:
            await self._in_turn()
            return
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
        if ledger_name == self.it.opened_by and self.begun_with_another(command_id):
            raise refused(Refusal(409, f"编号 {self.it.number} 已经登记过"))

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
        self._asked = True
        while True:
            it = self.it
            request = Request(ledger=it.number, head=it.head, seq=it.seq, now=stamp_time(workflow.now()), **asked)
            answer = await self._ask(request)
            self.carry_out(entries_after(it.number, it.seq, it.head, answer.entries))
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
                self._told_to_cancel = True
                await asyncio.ensure_future(self._tell_of_cancelling())

    async def _tell_of_cancelling(self) -> None:
        """Record a request to cancel, once; a ledger that has not begun yet is told of it when it has.

        Without the reason that came with it: nobody signed that, and it may hold what cannot be kept.
        """
        if self._told_to_cancel and self.it.seq:
            self._told_to_cancel = False
            await self._in_turn(noticed="有人请求取消流程，未予理会")

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
            await workflow.wait_condition(earlier, timeout=delay, timeout_summary=web_ui.timer_line(self.it))


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
