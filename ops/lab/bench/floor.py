"""The floor (地板): a bare workflow with as many updates as the reference case, each with one local activity.

The costs of any such system are on both sides: payloads sealed by the same codec at worker and client, an
argument of a real command's size that the handler opens, a local activity with that argument and an answer of the size
of decided entries, short ids, the same sandbox, pollers, cache and stickiness. Our own costs are not in it: no
register, no rules, no timer, no validator, no search attributes, no followers.

`python -m ops.lab.bench.floor` is its worker.
"""

import asyncio
import os
import secrets
import signal
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

FLOOR_QUEUE = "floor"
UPDATES = 8


def argument() -> dict[str, Any]:
    """A command in about 270 bytes of JSON: who, what, when, and a signature that no compressor shortens."""
    return {
        "by": {"actor": "xw-center.clerk", "role": "clerk", "unit": "xw-center"},
        "body": {"category": "difficult", "reason": "无法到场", "causes": ["process"]},
        "at": "2026-11-23T02:00:00Z",
        "signature": secrets.token_urlsafe(64),
    }


def answer(call: dict[str, Any]) -> dict[str, Any]:
    """A decision in about 400 bytes of JSON: one entry with its place in the chain."""
    entry = {"seq": 3, "version": 1, "at": call["at"], "action": "diagnosed", **call["by"], "command_id": "~mfp56O1e"}
    chain = {"prev": secrets.token_hex(32), "hash": secrets.token_hex(32)}
    return {"entries": [{**entry, "detail": call["body"], **chain}]}


@activity.defn
async def decided(call: dict[str, Any]) -> dict[str, Any]:
    """A local activity without effects."""
    return answer(call)


@workflow.defn
class FloorWorkflow:
    """As many updates as the reference case has, and nothing else."""

    def __init__(self) -> None:
        self._done = 0

    @workflow.run
    async def run(self) -> None:
        """Stay open, as a case does, until all updates are in."""
        await workflow.wait_condition(lambda: self._done > UPDATES)

    @workflow.update
    async def act(self, call: dict[str, Any]) -> int:
        """One update with one local activity."""
        await workflow.execute_local_activity(decided, call, start_to_close_timeout=timedelta(seconds=10))
        self._done += 1
        return self._done


async def run_floor(client: Client, workflow_id: str) -> None:
    """Run one floor workflow as a case is run."""
    start = WithStartWorkflowOperation(
        FloorWorkflow.run,
        id=workflow_id,
        task_queue=FLOOR_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    update = FloorWorkflow.act
    await client.execute_update_with_start_workflow(update, argument(), start_workflow_operation=start, id=update_id())
    handle: WorkflowHandle[FloorWorkflow, None] = client.get_workflow_handle(workflow_id)
    for _ in range(UPDATES - 1):
        await handle.execute_update(update, argument(), id=update_id())


def update_id() -> str:
    """Nine characters, as a command's id has."""
    return "~" + secrets.token_urlsafe(6)


async def main() -> None:
    """A worker like that of the cases (worker.py), for the floor."""
    from temporalio.worker import PollerBehaviorAutoscaling, Worker

    from activities.platform.settings import settings
    from worker import CACHED_CASES, CONNECTIONS, STICKY
    from workflows.platform.client import connect
    from workflows.platform.codec import CASES, converter
    from workflows.platform.sandbox import build_id, runner

    config, stop = settings(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect(config.temporal_address, config.namespace, converter(config.ring, CASES))
    worker = Worker(
        client,
        task_queue=FLOOR_QUEUE,
        workflows=[FloorWorkflow],
        activities=[decided],
        workflow_runner=runner(),
        build_id=build_id(),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(minimum=2, initial=4, maximum=10),
        max_concurrent_local_activities=CONNECTIONS,
        max_cached_workflows=CACHED_CASES,
        sticky_queue_schedule_to_start_timeout=STICKY,
    )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
