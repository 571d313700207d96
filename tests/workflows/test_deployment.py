"""An old and a new build at one queue, on the real server: the new one is given the tasks, and keeps them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from ops.engine import engine
from workflows.platform.deployment import deployment, make_current

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("engine")]

QUEUE = "builds"


@workflow.defn
class Counting:
    """Counts, until it has counted far enough."""

    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self, enough: int) -> int:
        await workflow.wait_condition(lambda: self._count >= enough)
        return self._count

    @workflow.update
    async def count(self) -> int:
        self._count += 1
        return self._count


def worker(client: Client, build: str) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[Counting],
        workflow_runner=UnsandboxedWorkflowRunner(),
        deployment_config=deployment(build),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )


def with_engine(work: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with engine(in_memory=True) as address:
            await work(await Client.connect(address))

    asyncio.run(run())


async def builds(handle: WorkflowHandle[Counting, int]) -> list[str]:
    """Which build completed each workflow task."""
    tasks = [event.workflow_task_completed_event_attributes for event in (await handle.fetch_history()).events]
    return [task.deployment_version.build_id for task in tasks if task.started_event_id]


async def moves_to(handle: WorkflowHandle[Counting, int], build: str) -> None:
    """The engine tells its partitions a moment after it has answered: until then a task may still go the old way."""
    for _ in range(40):
        before = await handle.execute_update(Counting.count)
        if (await builds(handle))[-1] == build:
            assert await handle.execute_update(Counting.count) == before + 1
            assert (await builds(handle))[-1] == build, "and stays there"
            return
        await asyncio.sleep(0.25)
    pytest.fail(f"{build} was never given a task")


def test_a_running_workflow_goes_on_under_the_new_build_and_the_old_one_gets_nothing_back() -> None:
    async def work(client: Client) -> None:
        assert await make_current(client, "old")
        async with worker(client, "old"):
            handle = await client.start_workflow(Counting.run, 1000, id="case", task_queue=QUEUE)
            assert await handle.execute_update(Counting.count) == 1
            async with worker(client, "new"):
                assert await handle.execute_update(Counting.count) == 2
                assert set(await builds(handle)) == {"old"}, "until it is current"
                assert await make_current(client, "new")
                await moves_to(handle, "new")
                assert not await make_current(client, "old"), "its process was only started again"
                await handle.execute_update(Counting.count)
                assert (await builds(handle))[-1] == "new"
            assert await make_current(client, "old", back=True)
            await moves_to(handle, "old")

    with_engine(work)


def test_what_was_begun_before_any_worker_is_done_by_the_first_that_comes() -> None:
    async def work(client: Client) -> None:
        handle = await client.start_workflow(Counting.run, 1, id="case", task_queue=QUEUE)
        assert all(await asyncio.gather(*(make_current(client, "first") for _ in range(5)))), "many at the same time"
        async with worker(client, "first"):
            assert await handle.execute_update(Counting.count) == 1
            assert await handle.result() == 1

    with_engine(work)
