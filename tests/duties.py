"""Doing a duty now, for tests that would otherwise wait for its schedule."""

import asyncio
import uuid

from ops.system import System
from workflows.client import connect
from workflows.codec import CASES, converter
from workflows.duty import NAMESPACE, TASK_QUEUE, DutyWorkflow
from workflows.schedules import DUTIES


def do_now(system: System, name: str) -> str:
    """Have the duty of this name done; what it says it did."""
    return asyncio.run(done(system, name))


async def done(system: System, name: str) -> str:
    """The same, for who is in a loop already."""
    [duty] = [duty for duty in DUTIES if duty.name == name]
    client = await connect(system.temporal_address, NAMESPACE, converter(system.ring, CASES))
    said: str = await client.execute_workflow(DutyWorkflow.run, duty, id=uuid.uuid4().hex, task_queue=TASK_QUEUE)
    return said
