"""One delivery of each ending, a change of the calendar, and a duty, for `tests.replay.record`."""

import asyncio
import time
from datetime import datetime, timedelta

from temporalio.client import Client

from models.ledger import BEIJING
from ops.lab.simulator.process import Simulator, configure
from ops.ports import free_ports
from ops.scenarios.clock import Clock
from tests.departments.conftest import Town
from tests.replay.keeping import VISIBLE_SECONDS, is_kept, keep
from tests.waiting import until
from workflows.duty import NAMESPACE as DUTIES
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter


def record(town: Town) -> None:
    """One delivery that succeeds at its second attempt, one that is refused, one that never gets through."""
    with Simulator(town.system, "xs-mz") as department:
        if not is_kept("delivery.delivered"):
            department.behave(answer="garbled", only_first=True)
            _keep("delivered", town, town.assign("xs-mz"), "xs-mz", "delivered")
        if not is_kept("delivery.refused"):
            department.behave(answer="refuse")
            _keep("refused", town, town.assign("xs-mz"), "xs-mz", "failed")
    if not is_kept("delivery.late"):
        [nobody_there] = free_ports(1)
        configure(town.system, "xs-sw", kind="http", url=f"http://127.0.0.1:{nobody_there}/", fallback_hours=2)
        case_no = town.assign("xs-sw")
        time.sleep(2)
        asyncio.run(skip(town, delivery_of(town, case_no), timedelta(hours=2, minutes=1)))
        _keep("late", town, case_no, "xs-sw", "failed")
    if not is_kept("calendar-change"):
        asyncio.run(_calendar_changes(town))
    if not is_kept("duty"):
        asyncio.run(_duty(town))


def delivery_of(town: Town, case_no: str) -> str:
    """The delivery of a case's first assignment."""
    statement = "SELECT seq FROM entries WHERE case_no = %s AND action = 'assigned'"
    return f"{case_no}/a1/{town.rows(statement, case_no)[0][0]}"


async def skip(town: Town, delivery_id: str, time_passing: timedelta) -> None:
    """Let time pass for one delivery."""
    clock = Clock(await connect(town.system.temporal_address, "default"))
    await clock.move(delivery_id, await clock.now(delivery_id) + time_passing)


def _keep(name: str, town: Town, case_no: str, unit: str, ending: str) -> None:
    """Wait until the case knows of the ending, and the delivery has ended, then keep it."""
    until(lambda: town.delivery(case_no, unit) == ending)
    delivery_id = delivery_of(town, case_no)
    asyncio.run(_ended(town, delivery_id))
    asyncio.run(keep(town.system, f"delivery.{name}", delivery_id))


async def _ended(town: Town, own_id: str) -> None:
    client = await connect(town.system.temporal_address, "default", converter(town.system.ring, CASES))
    await client.get_workflow_handle(own_id).result()


async def _calendar_changes(town: Town) -> None:
    """A day off that is laid over next year's calendar, told to everybody who is at work."""
    year = datetime.now(BEIJING).year + 1
    said = {"workdays": [], "holidays": [f"{year}-03-03"], "source": "故事", "published": False}
    answer = town.http.put(f"/api/calendar/{year}", json=said, headers=town.headers("admin"))
    assert answer.status_code == 200, answer.text
    client = await connect(town.system.temporal_address, "default", converter(town.system.ring, CASES))
    clock = Clock(client)
    own_id = await _newest(client, "CalendarChangeWorkflow")
    await clock.move(own_id, await clock.now(own_id) + timedelta(minutes=2))
    await _ended(town, own_id)
    await keep(town.system, "calendar-change", own_id)


async def _duty(town: Town) -> None:
    """One of the duties that a schedule starts."""
    client = await connect(town.system.temporal_address, DUTIES, converter(town.system.ring, CASES))
    own_id = await _newest(client, "DutyWorkflow")
    await client.get_workflow_handle(own_id).result()
    await keep(town.system, "duty", own_id, namespace=DUTIES)


async def _newest(client: Client, kind: str) -> str:
    while True:
        found = [run async for run in client.list_workflows(f"WorkflowType = '{kind}'")]
        if found:
            return max(found, key=lambda run: run.start_time).id
        await asyncio.sleep(VISIBLE_SECONDS)
