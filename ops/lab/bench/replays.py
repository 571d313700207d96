"""Verifying for an audit, against the bare replayer over the same histories (核对速度)."""

import time
from itertools import cycle, islice
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from activities.ledgers.kinds import CASES
from api.queries.audit import AuditQueries
from models.audit import first_difference
from ops.system import System
from workflows.histories.recorded import recorded
from workflows.hosting.workers import WORKFLOWS
from workflows.platform.codec import CASES as KEY
from workflows.platform.codec import Codec, converter
from workflows.platform.sandbox import runner

ROUNDS = 3


async def replays(system: System, client: Client, count: int) -> dict[str, Any]:
    """Verify `count` cases: read them from their histories and compare them with the register row by row.

    Of some rounds the best of each.
    """
    histories = await _histories(client, count)
    events = sum(len(history.events) for history in histories)
    engine = create_async_engine(system.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    queries, codec = AuditQueries(engine), Codec(system.ring, KEY)
    verified, bare = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for history in histories:
            number = history.workflow_id
            register = await queries.ledger(CASES, number)
            difference = first_difference("entries", number, register, recorded(history, number, codec).entries)
            if difference:
                raise RuntimeError(f"{number}: {difference}")
        verified.append(events / (time.perf_counter() - began))
        began = time.perf_counter()
        await _bare(histories, converter(system.ring, KEY))
        bare.append(events / (time.perf_counter() - began))
    await engine.dispose()
    return {
        "verified_cases": len(histories),
        "verified_events_per_second": round(max(verified)),
        "bare_replay_events_per_second": round(max(bare)),
        "verify_ratio": round(max(verified) / max(bare), 3),
    }


async def _histories(client: Client, count: int) -> list[WorkflowHistory]:
    """The histories of the newest reference cases, repeated up to `count`."""
    histories = []
    async for execution in client.list_workflows("WorkflowType = 'CaseWorkflow'", limit=count):
        histories.append(await client.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history())
    return list(islice(cycle(histories), count))


async def _bare(histories: list[WorkflowHistory], ours: DataConverter) -> None:
    """The SDK's replayer alone, with the same workflows in the same sandbox."""

    async def one_by_one() -> Any:
        for history in histories:
            yield history

    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=ours)
    async with replayer.workflow_replay_iterator(one_by_one()) as results:
        async for result in results:
            if result.replay_failure is not None:
                raise result.replay_failure
