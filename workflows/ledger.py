"""LedgerWorkflow (台账流程): the base of every workflow with a ledger, such as a case's or an inquiry's.

It decides nothing. It passes a command, or a passed limit, to the register's activity, applies and shows the answer,
and sets the one timer by it. A replay applies the same answers and asks no rule, so rules may change under open cases;
only the engine commands of this file must stay.

There is one timer, for the nearest limit. A limit that moves later leaves the timer alone: one early wake-up costs less
than a cancelled and restarted timer with every command.
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
"""Type of the error that refuses a command; its details are status and field errors."""

BOUND = timedelta(seconds=7)
"""How long the register may take, retries included: below the ten seconds of a workflow task. Then the task fails,
visibly, and is retried."""

TICK = "tick"
"""A system command without an entry of its own: the workflow reads new entries from the register and checks its limits.
The watch sends it when a limit has passed or the register is ahead."""

FIRST_PAUSE = timedelta(milliseconds=200)


class LedgerWorkflow:
    """The workflow around one aggregate. Subclasses show it."""

    aggregate: Aggregate[Any]
    sealed_as: ClassVar[str] = ""
    """The kind from which a sealed workflow's id is computed; otherwise the id is the ledger's number."""

    def hold(self, aggregate: Aggregate[Any]) -> None:
        """Begin with this aggregate, empty or taken up. Raises ApplicationError if it belongs to another id."""
        if not belongs(workflow.info().workflow_id, aggregate.number, self.sealed_as):
            raise ApplicationError("流程编号与台账编号不符", non_retryable=True)
        self.aggregate = aggregate
        self._turn = asyncio.Lock()
        self._leaving = self._asked = self._told_to_cancel = False

    def finished(self) -> bool:
        """Whether nothing is left to wait for."""
        raise NotImplementedError

    def carry_out(self, entries: list[Entry]) -> None:
        """Apply decided entries."""
        for entry in entries:
            self.aggregate.apply(entry)

    def show(self) -> None:
        """Show its state in the Web UI."""

    def begun_with_another(self, command_id: str) -> bool:
        """Whether its number belongs to something other than what this command opens."""
        return False

    async def live(self, begin_anew: Callable[[], None]) -> None:
        """Record passed limits until nothing is left to wait for; `begin_anew` continues as new where suggested.

        A run started without a command asks the register first, because its input state may be old.
        """
        if not self._asked and not self._turn.locked():
            await self._undisturbed(self._in_turn())
        await self._undisturbed(self._until(lambda: self.aggregate.seq > 0))
        await self._undisturbed(self._tell_of_cancelling())
        while not self.finished():
            await self._undisturbed(self._wait_for_time())
            if self._run_is_long():
                self._leaving = True  # from now on the validator sends new commands to the next run
                await self._undisturbed(workflow.wait_condition(workflow.all_handlers_finished))
                begin_anew()
            if self._is_due():
                await self._undisturbed(self._in_turn())
        await self._undisturbed(workflow.wait_condition(workflow.all_handlers_finished))

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> None:
        """One command: passed to the register. A read after its answer sees the write."""
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
        """Refuse an unsigned command without a trace in the history. A replay does not run validators."""
        if self._leaving:
            raise ApplicationError("本轮历史即将换新，请重试", type=AGAIN, non_retryable=True)
        ledger_name, command_id, message = self.read(name, args)
        if refusal := vouched_for(self.aggregate.number, ledger_name, command_id, message):
            raise refused(refusal)
        if ledger_name == self.aggregate.opened_by and self.begun_with_another(command_id):
            raise refused(Refusal(409, f"编号 {self.aggregate.number} 已经登记过"))

    def read(self, name: str, args: Sequence[RawValue]) -> tuple[str, str, dict[str, Any]]:
        """Name, id and message of an update's command; the update's name ends with the command's."""
        return name.rpartition(" ")[2], update_id(), message_of(args)

    async def begin(self, command: Command) -> None:
        """The opening command, where the workflow is started with it."""
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
        """Have the register decide, and apply its answer. Returns the command's refusal, or None."""
        self._asked = True
        while True:
            aggregate = self.aggregate
            request = Request(
                ledger=aggregate.number, head=aggregate.head, seq=aggregate.seq, now=stamp_time(workflow.now()), **asked
            )
            answer = await self._ask(request)
            self.carry_out(entries_after(aggregate.number, aggregate.seq, aggregate.head, answer.entries))
            if not answer.more:
                break
        if aggregate.seq:
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
            # Fails the workflow task, not the case: nothing is written, and the failure stays visible until mended.
            cause = error.cause or error
            problem = "台账与流程历史不一致" if getattr(cause, "type", "") == CONFLICT else "台账暂时不能写入"
            raise RuntimeError(f"{problem}：{cause}") from error

    async def _undisturbed(self, work: Awaitable[None]) -> None:
        """Run this to its end. A request to cancel is recorded and otherwise ignored (取消请求).

        Every wait of a ledger's workflow must go through here; otherwise a request to cancel ends it.
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
        """Record a request to cancel, once; for a ledger without entries, after its first.

        The request's reason is left out: it is unsigned and may hold content that must not be stored.
        """
        if self._told_to_cancel and self.aggregate.seq:
            self._told_to_cancel = False
            await self._in_turn(noticed="有人请求取消流程，未予理会")

    async def _until(self, condition: Callable[[], bool]) -> None:
        await workflow.wait_condition(lambda: condition() or self._run_is_long())

    def _run_is_long(self) -> bool:
        """Whether the engine suggests a new run; checked at every wake-up, so that no history fills up."""
        return workflow.info().is_continue_as_new_suggested()

    def _is_due(self) -> bool:
        wakeup = self.aggregate.next_wakeup()
        return wakeup is not None and wakeup <= workflow.now()

    async def _wait_for_time(self) -> None:
        wakeup = self.aggregate.next_wakeup()
        if wakeup is None:
            await self._until(lambda: self.aggregate.next_wakeup() is not None or self.finished())
            return
        delay = wakeup - workflow.now()
        if delay <= timedelta(0):
            return

        def earlier() -> bool:
            nearest = self.aggregate.next_wakeup()
            return (nearest is not None and nearest < wakeup) or self.finished() or self._run_is_long()

        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(earlier, timeout=delay, timeout_summary=web_ui.timer_line(self.aggregate))


def message_of(args: Sequence[RawValue]) -> dict[str, Any]:
    """The message of an update. Raises a refusal where it is missing or not sealed by our keys."""
    try:
        message: dict[str, Any] = workflow.payload_converter().from_payload(args[0].payload, dict)
    except Exception:
        raise refused(Refusal(403, "内容没有用本系统的密钥加密，不予办理；请从系统的界面或接口提交")) from None
    return message


def update_id() -> str:
    """The id of the update being handled."""
    update = workflow.current_update_info()
    return update.id if update else ""


def refused(refusal: Refusal) -> ApplicationError:
    """The error that carries a refusal to the sender of an update."""
    errors = [{"field": error.field, "reason": error.reason} for error in refusal.errors]
    return ApplicationError(refusal.detail, refusal.status, errors, type=REFUSED, non_retryable=True)
