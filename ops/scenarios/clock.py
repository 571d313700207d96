"""Moving a case's own clock (快进). Time skipping is experimental: it is used here and nowhere else."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing._timeskipping import TimeSkipper

MOVE_SECONDS = 60.0
SETTLE_SECONDS = 10.0
PAUSE_SECONDS = 0.004


class CaseClock:
    """Reads and moves the clocks of cases."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._skipper = TimeSkipper(client)

    async def now(self, case_no: str) -> datetime:
        """The case's time; the wall clock's while it was never moved."""
        return await self._skipper.get_current_time(self._client.get_workflow_handle(case_no))

    async def move(self, case_no: str, to: datetime) -> None:
        """Bring a case, and all that belongs to it, to that time, and wait until what became due is recorded.

        The server fires the timers on the way one by one. After the last it may still have handed the workflow a task:
        effects are in the register before that task completes, so once the workflow stands still for two looks in a
        row (no task pending, no transition in between) everything is recorded.
        """
        handle = self._client.get_workflow_handle(case_no)
        if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
            return
        duration = to - await self.now(case_no)
        if duration > timedelta(0):
            async with asyncio.timeout(MOVE_SECONDS):
                await self._skipper.fast_forward(handle, duration)
        await self._settle(handle)

    async def _settle(self, handle: Any) -> None:
        async with asyncio.timeout(SETTLE_SECONDS):
            before = -1
            while True:
                description = (await handle.describe()).raw_description
                transitions = description.workflow_execution_info.state_transition_count
                busy = description.HasField("pending_workflow_task")
                if not busy and transitions == before:
                    return
                before = -1 if busy else transitions
                await asyncio.sleep(PAUSE_SECONDS)
