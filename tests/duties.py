"""Doing a duty now, for tests that would otherwise wait for its schedule."""

import asyncio
import uuid

from ops.system import System
from workflows.duty import NAMESPACE, TASK_QUEUE, DutyWorkflow
from workflows.hosting.schedules import DUTIES
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter


def do_now(system: System, name: str) -> str:
    """Have the duty of this name done; what it says it did."""
    return asyncio.run(done(system, name))


async def done(system: System, name: str) -> str:
    """The same, for who is in a loop already."""
    [duty] = [duty for duty in DUTIES if duty.name == name]
    client = await connect(system.temporal_address, NAMESPACE, converter(system.ring, CASES))
    said: str = await client.execute_workflow(DutyWorkflow.run, duty, id=uuid.uuid4().hex, task_queue=TASK_QUEUE)
    return said
