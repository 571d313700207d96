"""`python -m tests.departments.record`: keep the history of one delivery of each ending, for tests/replay.

Run it when a change of DeliveryWorkflow's commands is meant (behind `workflow.patched`): files that are there already
stay, as the deliveries of earlier releases do.
"""

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from ops.ports import free_ports
from ops.scenarios.clock import Clock
from ops.simulator.process import Simulator, configure
from ops.system import System
from tests.departments.conftest import Town, until
from tests.replay.record import HISTORIES, write
from workflows.client import connect
from workflows.codec import CASES, Codec, converter, opened_history

DELIVERED, REFUSED, TOO_LATE = (HISTORIES / f"delivery.{ending}.json" for ending in ("delivered", "refused", "late"))


def record(town: Town) -> None:
    """One delivery that succeeds at its second attempt, one that is refused, one that never gets through."""
    with Simulator(town.system, "xs-mz") as department:
        department.behave(answer="garbled", only_first=True)
        keep(DELIVERED, town, town.assign("xs-mz"), "xs-mz", "delivered")
        department.behave(answer="refuse")
        keep(REFUSED, town, town.assign("xs-mz"), "xs-mz", "failed")
    [nobody_there] = free_ports(1)
    configure(town.system, "xs-sw", kind="http", url=f"http://127.0.0.1:{nobody_there}/", fallback_hours=2)
    case_no = town.assign("xs-sw")
    time.sleep(2)
    asyncio.run(skip(town, delivery_of(town, case_no), timedelta(hours=2, minutes=1)))
    keep(TOO_LATE, town, case_no, "xs-sw", "failed")


def delivery_of(town: Town, case_no: str) -> str:
    """The delivery of a case's first assignment."""
    statement = "SELECT seq FROM entries WHERE case_no = %s AND action = 'assigned'"
    return f"{case_no}/a1/{town.rows(statement, case_no)[0][0]}"


async def skip(town: Town, delivery_id: str, time_passing: timedelta) -> None:
    """Let time pass for one delivery."""
    clock = Clock(await connect(town.system.temporal_address, "default"))
    await clock.move(delivery_id, await clock.now(delivery_id) + time_passing)


def keep(target: Path, town: Town, case_no: str, unit: str, ending: str) -> None:
    """Wait until the case knows of the ending, then write the history, unless there is one already."""
    until(lambda: town.delivery(case_no, unit) == ending)
    if not target.exists():
        delivery_id = delivery_of(town, case_no)
        text = asyncio.run(history(town, delivery_id))
        write(target, delivery_id, json.loads(text, object_hook=_without_traces))


def _without_traces(said: dict[str, Any]) -> dict[str, Any]:
    """Stack traces name folders of this machine."""
    return {name: value for name, value in said.items() if name != "stackTrace"}


async def history(town: Town, delivery_id: str) -> str:
    """The delivery's whole history, once it has ended."""
    client = await connect(town.system.temporal_address, "default", converter(town.system.ring, CASES))
    handle = client.get_workflow_handle(delivery_id)
    await handle.result()
    history = (await handle.fetch_history()).to_json_dict()
    return json.dumps(opened_history(history, Codec(town.system.ring, CASES)))


if __name__ == "__main__":
    with System(time_skipping=True) as running:
        people = Town(running)
        with people.http:
            record(people)
