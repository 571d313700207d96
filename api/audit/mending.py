"""Mending (修复): the register written again from histories, a workflow started again from the register.

Both only after their checks, and both leave an entry in the ledger that says from what, how much, and which two
administrators answer for it. A difference that the checks find is named, and nothing is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import AsyncConnection
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from activities.heads import read_files
from activities.ledgers.kinds import CASES
from activities.ledgers.rebuilding import MovedError, command_row, write_again
from activities.ledgers.rules import ensure_over
from activities.platform.keyring import SYSTEM as SYSTEM_KEY
from activities.platform.settings import settings
from activities.platform.signatures import Signer
from api.audit.heads import Heads
from api.audit.histories import ArchiveError, runs
from api.audit.ledgers import row_fault, unsigned
from api.commands.gateway import PATIENCE, answered, busy
from api.http.errors import Problem
from api.queries.audit import AuditQueries
from api.services import Services
from models.aggregate import OWN_ID, SYSTEM, Aggregate, Command, kept
from models.aggregate.mending import MEND, Mended
from models.audit import Difference, first_difference
from models.audit.heads import break_of, key_of, sealed_name
from models.errors import conflict
from models.ledger import Entry, first_break
from models.personal import keys_in
from models.rules import UnknownRulesError, known, named_in
from workflows.histories.recorded import NoEvidenceError, Recorded, joined, number_in, recorded
from workflows.hosting.ledgers import HOMES, Home
from workflows.ledger import TICK
from workflows.platform.search_attributes import at_start
from workflows.sealed import UPDATE
from workflows.watch.ground import Ground, is_running


@dataclass(frozen=True)
class Plan:
    """The effect of mending one ledger, or the difference that forbids it."""

    home: Home
    number: str
    own_id: str
    register: Sequence[Entry]
    """Entries that the register has."""
    missing: Sequence[Entry] = ()
    """Entries that only the histories have."""
    only_here: Sequence[Entry] = ()
    """Entries that only the register has: never taken away, only named."""
    commands: Sequence[dict[str, Any]] = ()
    """Signed commands of the ledger, as the register keeps them."""
    runs: int = 0
    difference: Difference | None = None
    aggregate: Aggregate[Any] | None = field(default=None, repr=False)
    """The aggregate after mending."""
    reached: int = 0
    """How far the histories have come; 0 where there are none."""
    row_differs: bool = False
    lost_keys: int = 0
    """Keys of personal words that the database has not. No history keeps them, so that they can be destroyed."""

    @property
    def rebuilds(self) -> bool:
        """Whether there is anything to write."""
        return self.difference is None and self.aggregate is not None and bool(self.missing or self.row_differs)

    @property
    def base(self) -> Aggregate[Any]:
        """The ledger where its histories end: a workflow that goes on from there has no gap behind it."""
        assert self.aggregate is not None, "it is mended only after its checks"
        ledger = sorted([*self.register, *self.missing], key=lambda entry: entry.seq)
        upto = self.reached or len(ledger)
        return self.home.kind.aggregate.from_entries(self.number, [entry for entry in ledger if entry.seq <= upto])

    @property
    def words(self) -> str:
        """The plan in words."""
        if self.difference:
            where = f"{self.difference.table} 第 {self.difference.seq} 条 {self.difference.field}"
            return f"{self.own_id}：不符，不重建。{where}：{self.difference.told}"
        parts = [f"补写 {len(self.missing)} 条"] if self.missing else []
        parts += ["案件行按台账重写"] if self.row_differs else []
        parts += [f"台账有 {len(self.only_here)} 条是历史里没有的，保留"] if self.only_here else []
        parts += ["个人信息的密钥不在库中，姓名等读不出来：请从更近的备份取回 case_keys"] if self.lost_keys else []
        return f"{self.own_id}：{'；'.join(parts) or '台账与历史相符'}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that two people stand for."""

    id: str
    proposed_by: str
    confirmed_by: str

    def command(self, how: Mended, plan: Plan) -> Command:
        """The command that records the mending in the ledger."""
        rebuilt = how is Mended.REBUILT
        body = {
            "how": how.value,
            "source": f"{plan.runs} 段历史" if rebuilt else f"台账，引擎和归档里有 {plan.runs} 段历史",
            "entries": len(plan.missing) if rebuilt else len(plan.register),
            "proposed_by": self.proposed_by,
            "confirmed_by": self.confirmed_by,
        }
        return Command(name=MEND, by=SYSTEM, body=body, id=f"{OWN_ID}{MEND}-{self.id}")


@dataclass(frozen=True)
class Mender:
    """Checks and mends ledgers of every kind."""

    queries: AuditQueries
    ground: Ground
    heads: Path
    conninfo: str = field(repr=False)

    # -- which ledger --------------------------------------------------------------------------------

    async def find(self, own_id: str) -> tuple[Home, str]:
        """The kind and number of a ledger, by its workflow's id. Problem 404 where neither side knows it."""
        for home in HOMES:
            for number in await self.queries.numbers(home.kind):
                if home.id_of(self.ground.secret, number) == own_id:
                    return home, number
        for home in HOMES:
            described = await self.ground.described(home, own_id)
            if described is not None and described.workflow_type == home.type_name:
                return home, await self._number(home, own_id)
        raise Problem(404, f"台账和引擎里都没有 {own_id}，请核对编号")

    async def everything(self) -> AsyncIterator[tuple[Home, str]]:
        """Every ledger that the register, the engine or the archive knows; cases come first."""
        for home in HOMES:
            known = {home.id_of(self.ground.secret, number): number for number in await self.queries.numbers(home.kind)}
            ids = {each.id async for each in self.ground.client(home).list_workflows(_of(home))}
            for own_id in sorted(ids | set(known)):
                yield home, known.get(own_id) or await self._number(home, own_id)

    async def _number(self, home: Home, own_id: str) -> str:
        if not home.sealed:
            return own_id
        histories = await runs(self.queries, self.ground.client(home), own_id, self.ground.ring)
        return number_in(histories[0].history, self.ground.codec(home)) if histories else ""

    # -- checking ------------------------------------------------------------------------------------

    async def plan(self, home: Home, number: str) -> Plan:
        """Check a ledger's histories, and find what the register lacks."""
        own_id = home.id_of(self.ground.secret, number)
        register: Sequence[Entry] = ()
        try:
            histories = await runs(self.queries, self.ground.client(home), own_id, self.ground.ring)
            codec = self.ground.codec(home)
            whole, _ = await asyncio.to_thread(
                lambda: joined(recorded(run.history, number, codec) for run in histories)
            )
        except (ArchiveError, NoEvidenceError) as error:
            broken = Difference("histories", own_id, 0, "content", told=str(error))
            return Plan(home, number, own_id, register, difference=broken)
        # After the histories: the register is written first, so a ledger that is worked on meanwhile lacks nothing.
        register = await self.queries.ledger(home.kind, number)
        stored = await self.queries.commands(number)
        row = await self.queries.row(home.kind, number)
        try:
            await self._rules_known(register, whole)
        except UnknownRulesError as error:
            lost = Difference("rules", number, 0, "digest", told=f"规则库缺少本件所用的规则：{error}")
            return Plan(home, number, own_id, register, difference=lost)
        plan = await asyncio.to_thread(self._judged, home, number, own_id, register, whole, stored, row, len(histories))
        needed: set[str] = set().union(*(keys_in(entry.detail) for entry in plan.missing))
        return replace(plan, lost_keys=len(needed - await self.queries.key_ids(number))) if needed else plan

    async def _rules_known(self, register: Sequence[Entry], whole: Recorded) -> None:
        """Have this process know the rules that the ledger goes by. Raises UnknownRulesError."""
        wanted = set(named_in([entry.detail for entry in (*register, *whole.entries)]))
        if not all(map(known, wanted)):
            async with await AsyncConnection.connect(self.conninfo, autocommit=True) as session:
                await ensure_over(session, wanted)

    def _judged(
        self,
        home: Home,
        number: str,
        own_id: str,
        register: Sequence[Entry],
        whole: Recorded,
        stored: dict[str, dict[str, Any]],
        row: dict[str, Any] | None,
        count: int,
    ) -> Plan:
        table, here = home.kind.entries_table, {entry.seq: entry for entry in register}
        replayed = {entry.seq: entry for entry in whole.entries}
        missing = [entry for seq, entry in replayed.items() if seq not in here]
        only_here = [entry for seq, entry in here.items() if seq > whole.seq and seq not in replayed]
        both = [here[seq] for seq in replayed if seq in here]
        ledger = sorted([*register, *missing], key=lambda entry: entry.seq)
        difference = first_difference(table, own_id, both, [replayed[entry.seq] for entry in both])
        if difference is None and whole.seq and (whole.seq not in here or here[whole.seq].hash != whole.head):
            why = f"历史从第 {whole.seq} 条接续，之前的不在历史里，台账也没有或不符"
            difference = Difference(table, own_id, whole.seq, "hash", told=why)
        if difference is None and (broken := first_break(ledger)):
            difference = Difference(table, own_id, broken.seq, "hash", told=broken.reason)
        difference = difference or unsigned(table, number, ledger, whole.commands, stored, self.ground.ring)
        name = sealed_name(self.ground.secret, number) if home.sealed else number
        difference = difference or self._heads().difference(name, ledger)
        plan = Plan(home, number, own_id, register, missing, only_here, runs=count, difference=difference)
        if difference or not ledger:
            return plan
        return replace(
            plan,
            aggregate=home.kind.aggregate.from_entries(number, ledger),
            commands=_commands(number, ledger, whole.commands | stored),
            reached=whole.reached[0],
            row_differs=row_fault(home.kind, number, row, ledger) is not None,
        )

    def _heads(self) -> Heads:
        try:
            files = read_files(self.heads)
        except ValueError as error:
            return Heads([], f"封存文件无法读取：{error}")
        return Heads(files, break_of(files, key_of(self.ground.secret)))

    async def has_no_workflow(self, plan: Plan) -> bool:
        """Whether the ledger is open in the register and nothing is at work for it."""
        home, aggregate = plan.home, plan.aggregate
        if aggregate is None or home.kind.row(aggregate)[home.kind.over]:
            return False
        return not is_running(await self.ground.described(home, plan.own_id))

    # -- mending -------------------------------------------------------------------------------------

    async def mend(self, plan: Plan, how: Mended, proposal: Proposal) -> str:
        """Write the missing entries and one that records it, then have the workflow read on; the outcome in words.

        Entry and repair are one transaction. May be repeated where the engine failed after it. Problem 409 where the
        ledger cannot be mended so.
        """
        command = proposal.command(how, plan)
        if command.id not in {stored["id"] for stored in plan.commands}:
            await self._written(plan, how, command)
        try:
            await self._read_on(plan)
        except Problem:
            # Its task may have failed for as long as the register lagged behind; the engine tries again by and by, and
            # the watch has it read on. Nothing is lost: entry and repair stand in the register.
            if not is_running(await self.ground.described(plan.home, plan.own_id)):
                raise
        return plan.words if how is Mended.REBUILT else f"{plan.own_id}：流程已从台账第 {plan.base.seq} 条恢复"

    async def _written(self, plan: Plan, how: Mended, command: Command) -> None:
        if plan.difference or plan.aggregate is None or (how is Mended.REBUILT and not plan.rebuilds):
            raise conflict(f"{plan.words}，不能重建")
        if how is Mended.TAKEN_UP:
            if plan.rebuilds:
                raise conflict(f"{plan.own_id} 的台账落后于历史，请先重建")
            if is_running(await self.ground.described(plan.home, plan.own_id)):
                raise conflict(f"{plan.own_id} 的流程在运行，不需要恢复")
        signed = Signer(self.ground.ring, SYSTEM_KEY).sign(plan.number, command)
        aggregate = plan.home.kind.aggregate.from_form(plan.aggregate.form)
        noted = aggregate.run(signed, datetime.now(UTC))
        own = command_row(plan.number, noted[0].seq, kept(plan.number, signed))
        missing, commands = [*plan.missing, *noted], [*plan.commands, own]
        try:
            async with await AsyncConnection.connect(self.conninfo, autocommit=True) as session:
                await write_again(session, plan.home.kind, plan.register, missing, commands, aggregate)
        except MovedError as error:
            raise conflict(str(error)) from None

    async def _read_on(self, plan: Plan) -> None:
        """Have the workflow take over the register's entries; one that does not run is started where it stopped."""
        home, client = plan.home, self.ground.client(plan.home)
        command = Command(name=TICK, by=SYSTEM, id=f"{OWN_ID}{TICK}-{uuid4().hex[:12]}")
        message = Signer(self.ground.ring, SYSTEM_KEY).sign(plan.number, command).message
        name, sent = (UPDATE, {"name": TICK, **message}) if home.sealed else (f"恢复办理 {TICK}", message)
        state = plan.base.state
        attributes = at_start(state.district) if home.kind is CASES else TypedSearchAttributes.empty

        def operation() -> WithStartWorkflowOperation[Any, Any]:
            return WithStartWorkflowOperation(
                home.run,
                home.start(plan.number, plan.base.form),
                id=plan.own_id,
                task_queue=home.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=None if home.sealed else f"恢复办理 · {plan.number}",
                search_attributes=attributes,
            )

        try:
            await answered(
                lambda: client.execute_update_with_start_workflow(
                    name, sent, start_workflow_operation=operation(), id=command.id, rpc_timeout=PATIENCE
                )
            )
        except RPCError as error:
            raise busy() from error


def _of(home: Home) -> str:
    return f"WorkflowType = '{home.type_name}'"


def _commands(number: str, ledger: Sequence[Entry], signed: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The signed commands behind a ledger's entries, each with the first entry that it led to."""
    commands: dict[str, dict[str, Any]] = {}
    for entry in ledger:
        if entry.command and entry.command not in commands and entry.command_id in signed:
            commands[entry.command] = command_row(number, entry.seq, signed[entry.command_id])
    return list(commands.values())


def mender(services: Services) -> Mender:
    """The mender of a process of the API."""
    ground = Ground(services.gateway.client, services.sealed.client, services.personal.ring, services.secret)
    return Mender(services.queries.audit, ground, services.heads, settings().conninfo)


async def carry_out(services: Services, how: Mended, own_id: str, proposal: Proposal) -> str:
    """Mend one ledger; the outcome in words. 409 with the first difference that its checks find."""
    ours = mender(services)
    plan = await ours.plan(*await ours.find(own_id))
    if plan.difference:
        raise conflict(plan.words)
    outcome = await ours.mend(plan, how, proposal)
    await services.queries.alarms.mended(own_id, f"{proposal.proposed_by}、{proposal.confirmed_by}")
    return outcome
