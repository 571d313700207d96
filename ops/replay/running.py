"""A sample of the running system (抽样): some of its open cases, drawn at random, and always those that matter most.

Always drawn: the oldest open case, the one with the longest ledger, and one workflow of each type. A drawn one is
replayed from the engine's history, and the entries that its runs recorded are compared with the register.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.client import Client, WorkflowHistory

from activities.ledgers.kinds import CASES, INQUIRIES, KINDS, OVERSIGHT, Kind
from activities.platform.keyring import KeyRing
from api.audit.histories import ArchiveError, runs
from api.queries.audit import AuditQueries
from ops.replay.judging import LEDGERS, Findings, against_register
from ops.settings import NotRunningError, OpsSettings, running
from workflows.duty import NAMESPACE as DUTIES
from workflows.duty import DutyWorkflow
from workflows.histories.recorded import joined, recorded
from workflows.hosting.workers import WORKFLOWS
from workflows.platform import codec as codecs
from workflows.platform.client import connect
from workflows.platform.codec import Codec, converter
from workflows.platform.sealing import NAMESPACE, workflow_id

_OPEN = "SELECT case_no FROM cases WHERE NOT finished ORDER BY registered_at, case_no"
_LONGEST = "SELECT case_no FROM {table} ORDER BY seq DESC, case_no LIMIT 1"
_LONGEST_OPEN = "SELECT case_no FROM cases WHERE NOT finished ORDER BY seq DESC, case_no LIMIT 1"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ledger that was drawn."""

    kind: Kind
    number: str

    @property
    def sealed(self) -> bool:
        """Whether its workflow is in the sealed namespace."""
        return self.kind in (INQUIRIES, OVERSIGHT)


class System:
    """The running system, read only."""

    def __init__(self, env: dict[str, str], clients: list[Client], ring: KeyRing, secret: bytes) -> None:
        self.open, self.sealed, self.duties = clients
        self.ring, self.secret = ring, secret
        self.database = env["DATABASE_URL"]
        self._engine = create_async_engine(self.database.replace("postgresql://", "postgresql+psycopg://", 1))
        self.queries = AuditQueries(self._engine)

    @classmethod
    async def reached(cls) -> "System":
        """The system that `make run` started. Raises NotRunningError."""
        env = running()
        here = OpsSettings.read()
        try:
            ring = KeyRing(here.key_file)
            secret = here.secret or bytes.fromhex((here.folder / "secret").read_text().strip())
        except OSError as error:
            raise NotRunningError(f"读不到密钥（{error.filename}）：请设 BANCHENG_KEYS 和 BANCHENG_SECRET") from None
        address = env["TEMPORAL_ADDRESS"]
        clients = [await connect(address, namespace) for namespace in ("default", NAMESPACE, DUTIES)]
        return cls(env, clients, ring, secret)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()

    def client(self, drawn: Drawn) -> tuple[Client, str, str]:
        """The client of its namespace, its workflow's id, and its key's purpose."""
        if drawn.sealed:
            return self.sealed, workflow_id(self.secret, drawn.number, drawn.kind.name), codecs.SEALED
        return self.open, drawn.number, codecs.CASES


async def draw(system: System, sample: int, seed: int) -> list[Drawn]:
    """The ledgers of the sample: the same ones for the same seed and register."""
    async with await AsyncConnection.connect(system.database) as connection:

        async def numbers(statement: str) -> list[str]:
            return [row[0] for row in await (await connection.execute(statement.encode())).fetchall()]

        waiting = await numbers(_OPEN)
        always = [*waiting[:1], *await numbers(_LONGEST_OPEN)]
        longest = [
            Drawn(kind, number)
            for kind in KINDS.values()
            for number in await numbers(_LONGEST.format(table=kind.rows_table))
        ]
    chosen = random.Random(seed).sample(waiting, min(sample, len(waiting)))
    print(
        f"在办案件 {len(waiting)} 件，抽取 {len(chosen)} 件（随机种子 {seed}）；"
        f"必查：登记最早的 {always[0] if always else '（无）'}、台账最长的 {always[-1] if always else '（无）'}，"
        f"其他台账和流程每种一件"
    )
    return list(dict.fromkeys([Drawn(CASES, number) for number in (*always, *chosen)] + longest))


async def one_of_each(system: System) -> AsyncIterator[WorkflowHistory]:
    """The newest history of each type of workflow that keeps no ledger."""
    for each in WORKFLOWS:
        name = each.__name__
        if name in LEDGERS:
            continue
        engine = system.duties if name == DutyWorkflow.__name__ else system.open
        async for run in engine.list_workflows(f"WorkflowType = '{name}'", limit=1):
            yield await engine.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()


def main(sample: int, seed: int | None) -> int:
    """Draw, replay and compare. Returns the exit code."""
    seed = int.from_bytes(os.urandom(4)) if seed is None else seed
    try:
        return asyncio.run(_main(sample, seed))
    except NotRunningError as error:
        print(f"无法重放：{error}；或用 DIR=<导出的历史目录>", file=sys.stderr)
        return 2


async def _main(sample: int, seed: int) -> int:
    system = await System.reached()
    findings = Findings()
    try:
        for drawn in await draw(system, sample, seed):
            await _looked_at(system, drawn, findings)
        keys = converter(system.ring, codecs.CASES)
        async for history in one_of_each(system):
            await findings.replayed([(history.workflow_id, history)], keys)
    finally:
        await system.close()
    if not findings.histories:
        print("运行中的系统没有可以重放的历史", file=sys.stderr)
        return 2
    return findings.conclude()


async def _looked_at(system: System, drawn: Drawn, findings: Findings) -> None:
    client, own_id, purpose = system.client(drawn)
    try:
        histories = [run.history for run in await runs(system.queries, client, own_id, system.ring)]
    except ArchiveError as error:
        reason = str(error)
        findings.differs(drawn.number, lambda: reason)
        return
    if not histories:
        findings.differs(drawn.number, lambda: "没有历史：引擎和归档中都查不到")
        return
    codec = Codec(system.ring, purpose)
    row = await system.queries.row(drawn.kind, drawn.number)
    ledger = await system.queries.ledger(drawn.kind, drawn.number)

    def judged() -> str | None:
        whole, _ = joined(recorded(history, drawn.number, codec) for history in histories)
        return against_register(drawn.kind, drawn.number, whole, ledger, row)

    findings.differs(drawn.number, judged)
    # Only the newest run can still go on; those before it are closed.
    await findings.replayed([(drawn.number, histories[-1])], converter(system.ring, purpose))
