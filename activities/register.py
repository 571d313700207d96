"""The register activity (台账): decides once what a command or a passed limit records, and writes it along the chain.

It is the only writer of the ledgers' tables. It first answers the entries after the workflow's head, so entries of a
dead worker stand, and decides on the register's state. A command already in the ledger, from any run, is answered and
never carried out again. The answer goes into the history and is never decided again.

One SQL statement writes entries, row and signed command together, or nothing.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ledgers.answers import PAGE_BYTES, Answer, Request, refusal_to, short
from activities.ledgers.kinds import CASES, Kind
from activities.ledgers.rules import ensure_over
from activities.ledgers.writing import Statements, append
from activities.platform.alarms import Trouble, raise_alarm
from activities.platform.keyring import KeyRing
from activities.platform.signatures import ForgedError, check
from models.aggregate import Aggregate, Command, key_digest
from models.aggregate.aggregate import NOTICED
from models.aggregate.change import Form
from models.alarms import AlarmKind
from models.errors import Refusal, conflict, forbidden
from models.ledger import GENESIS, Entry, read_time
from models.rules import named_in

RECORD = "record"
"""The activity's name in histories."""

CONFLICT = "LedgerConflict"
"""Type of its error when history and register disagree (台账分叉): visible and non-retryable."""

TRIES = 5
"""How often another worker may write first before this one gives up."""

KEPT = 1000
"""Ledgers in a worker's cache, at about 37 KiB each: those being worked on."""

ANOTHER_BODY = "同一个 Idempotency-Key 已用于另一项内容，请更换后重新提交"
FORGED = "指令没有有效的签名，不予办理；请从系统的界面或接口提交"


Follow = Callable[[AsyncConnection, Any], Awaitable[Command | None]]
"""The system's next command for a ledger in this state, if any; asked after every record."""


@dataclass(frozen=True)
class Register:
    """The register of one kind of ledger, reached through a pool of connections in autocommit."""

    pool: AsyncConnectionPool
    ring: KeyRing
    kind: Kind = CASES
    follow: Follow | None = None
    _kept: "OrderedDict[str, Aggregate[Any]]" = field(default_factory=OrderedDict)
    """Cached ledgers, each as of its last entry. A decision takes its ledger out, so no other task sees it."""

    @activity.defn(name=RECORD)
    async def record(self, request: Request) -> Answer:
        """Decide, write, and answer the entries after the workflow's head: earlier ones first, then its own.

        A refusal is a value. Raises ApplicationError of type CONFLICT where the register does not have that head.
        """
        command = self._command(request)
        if isinstance(command, Refusal):
            return Answer(refused=refusal_to(command))
        async with self.pool.connection() as connection:
            aggregate = self._kept.pop(request.ledger, None)
            if aggregate is not None and aggregate.head == request.head:
                answer = await self._decided(connection, request, aggregate, command)
                if answer is not None and answer.entries:
                    return answer  # only a write proves that the cached ledger is still current
            for _ in range(TRIES):
                answer = await self._looked_up(connection, request, command)
                if answer is not None:
                    return answer
        raise ApplicationError(f"{request.ledger}: overtaken {TRIES} times after entry {request.seq}")

    async def _looked_up(self, connection: AsyncConnection, request: Request, command: Command | None) -> Answer | None:
        """Decide on the register's state; None where another worker wrote meanwhile.

        Entries after the workflow's head are answered first, page by page; the command with the last page.
        """
        entries, form = await self._after(connection, request)
        if request.noticed and any(_says(entry, request.noticed) for entry in entries):
            request = request.model_copy(update={"noticed": ""})  # a worker recorded it and died before it answered
        page: list[dict[str, Any]] = []
        size = 0
        for entry in entries:
            brief = short(entry)
            size += len(orjson.dumps(brief))
            if page and size > PAGE_BYTES:
                return Answer(entries=page, more=True)
            page.append(brief)
        # A ledger that has not begun has no commands either.
        if command and form and (earlier := await self._earlier(connection, command, request)):
            known, place = earlier
            if place > request.seq + len(page):
                return None  # carried out between the two reads: its entries belong to the answer
            refused = None if known == key_digest(command) else refusal_to(conflict(ANOTHER_BODY))
            return Answer(entries=page, refused=refused)
        aggregate = self.kind.aggregate(request.ledger) if form is None else self.kind.aggregate.from_form(form)
        answer = await self._decided(connection, request, aggregate, command)
        return answer and answer.model_copy(update={"entries": [*page, *answer.entries]})

    def _command(self, request: Request) -> Command | Refusal | None:
        """The command, if one of our keys signed it; otherwise a refusal; None where only time has passed."""
        if request.message is None:
            return None
        try:
            command = Command.received(request.name, request.command_id, request.message)
            check(self.ring, request.ledger, command, datetime.now(UTC))
        except ForgedError as error:
            return forbidden(f"{FORGED}（{error}）")
        except (TypeError, ValueError):
            return forbidden(FORGED)
        return command

    async def _decided(
        self, connection: AsyncConnection, request: Request, aggregate: Aggregate[Any], command: Command | None
    ) -> Answer | None:
        """Decide on this ledger and write the result; None where the register has another head by now.

        Entries caused by time come before the command's, also where the command is refused.
        """
        await ensure_over(connection, named_in([aggregate.form, command.body if command else {}]))
        now, before, place = read_time(request.now), aggregate.head, aggregate.seq
        entries = aggregate.catch_up(now)
        if request.noticed:
            entries.append(aggregate.notice(request.noticed, now))
        refused: Refusal | None = None
        own: list[Entry] = []
        if command is not None:
            try:
                own = aggregate.run(command, now)
            except Refusal as refusal:
                refused = refusal
        if refused and command and (earlier := await self._earlier(connection, command, request)):
            if earlier[1] > place:
                return None
            refused = None if earlier[0] == key_digest(command) else conflict(ANOTHER_BODY)
        entries += own
        if self.follow and (own_command := await self.follow(connection, aggregate)):
            entries += aggregate.run(own_command, now)
        answer = Answer(entries=[short(entry) for entry in entries], refused=refused and refusal_to(refused))
        if entries and not await append(connection, self.kind, aggregate, before, entries, command if own else None):
            return None
        # A refusing rule may have changed the objects it read: only the stored form is as the last entry left it.
        self._keep(self.kind.aggregate.from_form(aggregate.form) if refused else aggregate)
        return answer

    async def _after(self, connection: AsyncConnection, request: Request) -> tuple[list[Entry], Form | None]:
        """The entries after the workflow's head, and the state that the register has.

        Raises ApplicationError of type CONFLICT where the register is behind or has diverged.
        """
        sql = Statements.of(self.kind)
        row = await (await connection.execute(sql.state, (request.ledger,))).fetchone()
        form: Form | None = row[0] if row else None
        if form is not None and form["head"] == request.head:
            return [], form
        if form is None:
            if request.head == GENESIS:
                return [], None
            raise await self._conflict(connection, request, AlarmKind.UNKNOWN, "台账里没有本件")
        cursor = connection.cursor(row_factory=class_row(Entry))
        entries = await (await cursor.execute(sql.after, (request.ledger, request.seq))).fetchall()
        if not entries or entries[0].prev != request.head:
            behind = AlarmKind.BEHIND if form["seq"] < request.seq else AlarmKind.FORKED
            raise await self._conflict(connection, request, behind, f"台账在第 {form['seq']} 条")
        return entries, form

    async def _conflict(
        self, connection: AsyncConnection, request: Request, kind: AlarmKind, why: str
    ) -> ApplicationError:
        """What stops the workflow's task; an alarm tells of it, for the engine forgets what it cannot finish."""
        own_id = (activity.info().workflow_id if activity.in_activity() else None) or request.ledger
        reason = f"流程已到第 {request.seq} 条，{why}"
        await raise_alarm(connection, Trouble(kind, own_id, self.kind.name, reason))
        message = f"history and register disagree after entry {request.seq}: {why}"
        return ApplicationError(f"{request.ledger}: {message}", type=CONFLICT, non_retryable=True)

    async def _earlier(self, connection: AsyncConnection, command: Command, request: Request) -> tuple[str, int] | None:
        """The earlier command under this id: its digest and first entry; None without one."""
        cursor = await connection.execute(Statements.of(self.kind).earlier, (request.ledger, command.id))
        row = await cursor.fetchone()
        return (str(row[0]), int(row[1])) if row else None

    def _keep(self, aggregate: Aggregate[Any]) -> None:
        self._kept[aggregate.number] = aggregate
        self._kept.move_to_end(aggregate.number)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _says(entry: Entry, what: str) -> bool:
    """Whether this entry records that request to cancel."""
    return entry.action == NOTICED and entry.detail.get("reason") == what
