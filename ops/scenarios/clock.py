"""Moving a workflow's own clock (快进). Time skipping is experimental, and used only here."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing._timeskipping import TimeSkipper

from workflows.platform.client import connect
from workflows.platform.sealing import NAMESPACE, workflow_id

MOVE_SECONDS = 60.0
SETTLE_SECONDS = 10.0
PAUSE_SECONDS = 0.004


class Clock:
    """Reads and moves the clocks of a namespace's workflows.

    `patient`: also wait for the end of an activity that became due.
    """

    def __init__(self, client: Client, *, patient: bool = False) -> None:
        self.client, self._patient = client, patient
        self._skipper = TimeSkipper(client)

    async def now(self, own_id: str) -> datetime:
        """The workflow's time; the wall clock's until it is moved."""
        return await self._skipper.get_current_time(self.client.get_workflow_handle(own_id))

    async def move(self, own_id: str, to: datetime) -> None:
        """Move a workflow to that time, and wait until due effects are recorded.

        The server fires the timers on the way one by one. After the last it may still have handed the workflow a task:
        effects are in the register before that task completes, so once the workflow stands still for two looks in a
        row (nothing pending, no transition in between) everything is recorded.
        """
        handle = self.client.get_workflow_handle(own_id)
        if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
            return
        duration = to - await self.now(own_id)
        if duration > timedelta(0):
            try:
                async with asyncio.timeout(MOVE_SECONDS):
                    await self._skipper.fast_forward(handle, duration)
            except RPCError:
                # It has ended on the way: nothing is left to move.
                if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                    raise
        await self._settle(handle)

    async def _settle(self, handle: Any) -> None:
        async with asyncio.timeout(SETTLE_SECONDS):
            before = -1
            while True:
                description = (await handle.describe()).raw_description
                transitions = description.workflow_execution_info.state_transition_count
                at_work = self._patient and bool(description.pending_activities)
                busy = description.HasField("pending_workflow_task") or at_work
                if not busy and transitions == before:
                    return
                before = -1 if busy else transitions
                await asyncio.sleep(PAUSE_SECONDS)


class CaseClock:
    """The clocks of cases, and of the inquiries and solutions that belong to them."""

    def __init__(self, cases: Clock, inquiries: Clock, secret: bytes) -> None:
        self.cases, self._inquiries, self._secret = cases, inquiries, secret

    @classmethod
    async def connect(cls, address: str, secret: bytes) -> Self:
        """Connect to that engine. No payload is read or written."""
        sealed = await connect(address, NAMESPACE)
        return cls(Clock(await connect(address, "default")), Clock(sealed, patient=True), secret)

    async def now(self, case_no: str) -> datetime:
        """The case's time."""
        return await self.cases.now(case_no)

    async def move(self, case_no: str, inquiries: Sequence[str], solutions: Sequence[str], to: datetime) -> None:
        """Move a case, its inquiries and the solutions that grew from it to that time.

        The inquiries first: the case asks them when it is ready for the archive, and is told when they close.
        """
        for inquiry_id in inquiries:
            await self._inquiries.move(workflow_id(self._secret, inquiry_id), to)
        for number in solutions:
            await self.cases.move(number, to)
        await self.cases.move(case_no, to)
