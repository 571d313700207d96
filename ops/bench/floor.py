"""The floor (地板): a bare workflow with as many updates, each with one empty local activity.

`python -m ops.bench.floor` is its worker.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import RawValue, WorkflowIDConflictPolicy

FLOOR_QUEUE = "floor"
UPDATES = 8


@activity.defn
async def nothing() -> None:
    """An empty local activity."""


@workflow.defn
class FloorWorkflow:
    """As many updates as the reference case has, and nothing else."""

    def __init__(self) -> None:
        self._done = 0

    @workflow.run
    async def run(self) -> None:
        """Stay open, as a case does, until everything was sent."""
        await workflow.wait_condition(lambda: self._done > UPDATES)

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> int:
        """One update with one empty local activity."""
        await workflow.execute_local_activity(nothing, start_to_close_timeout=timedelta(seconds=10))
        self._done += 1
        return self._done


async def run_floor(client: Client, workflow_id: str) -> None:
    """One floor workflow, sent as a case is."""
    start = WithStartWorkflowOperation(
        FloorWorkflow.run,
        id=workflow_id,
        task_queue=FLOOR_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await client.execute_update_with_start_workflow("act", {}, start_workflow_operation=start)
    handle = client.get_workflow_handle(workflow_id)
    for _ in range(UPDATES - 1):
        await handle.execute_update("act", {})


async def main() -> None:
    """A worker like ours, for the floor."""
    from temporalio.worker import PollerBehaviorAutoscaling, Worker

    from workflows.client import connect
    from workflows.sandbox import build_id, runner

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect(os.environ["TEMPORAL_ADDRESS"], "default")
    worker = Worker(
        client,
        task_queue=FLOOR_QUEUE,
        workflows=[FloorWorkflow],
        activities=[nothing],
        workflow_runner=runner(),
        build_id=build_id(),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(minimum=2, initial=4, maximum=10),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
