"""Tasks that entries open in the pool (督导事项开出).

The number of such a task follows from its entry, so it is opened once: by the command that made the entry, the follower
of the event log, or the sweep after a crash.
"""

import contextlib
from datetime import timedelta
from functools import partial
from typing import Any

from activities.followers.events import Event, Follower
from api.services import Services
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, By, Command
from models.codes import OversightKind
from models.errors import Refusal
from models.oversight.sources import ACTIONS, hole_number, of_case_entry, settled_by, task_number

FOLLOWER = "oversight"


def follower(services: Services) -> Follower:
    """The follower of the event log."""
    return Follower(partial(follow, services), ACTIONS)


async def follow(services: Services, event: Event) -> bool:
    """Open the task that an entry of a case sets off, or settle those that it brings to their end; whether it did."""
    if settles := settled_by(event.action, event.detail):
        return await _settle(services, event, *settles)
    opens = of_case_entry(event.action, event.detail)
    if opens is None:
        return False
    kind, what = opens
    record = await services.queries.cases.case(event.case_no)
    if record is None:
        return False
    source = f"{event.case_no}#{event.seq}"
    if kind is OversightKind.COMPLAINT and await _joined(services, event.case_no, source, what):
        return True
    body = {"kind": kind, "what": what, "of_case": event.case_no, "source": source}
    await open_task(services, task_number(event.case_no, event.seq), record.district, body)
    return True


async def _joined(services: Services, case_no: str, source: str, what: str) -> bool:
    """Whether a further complaint is joined to the open task for the case's complaints, now or before."""
    if await services.queries.oversight.has_joined(case_no, source):
        return True
    for number in await services.queries.oversight.open_about(case_no, OversightKind.COMPLAINT):
        task = await services.queries.oversight.one(number)
        if task is None or task.state.source == source:
            continue
        command_id = f"{OWN_ID}join {source}"
        command = Command(
            name=CommandName.JOIN_COMPLAINT, by=SYSTEM, body={"what": what, "source": source}, id=command_id
        )
        with contextlib.suppress(Refusal):  # it was closed at the same moment: the complaint opens one of its own
            await services.oversight.send(number, command)
            return True
    return False


async def _settle(services: Services, event: Event, kind: OversightKind, result: str) -> bool:
    tasks = await services.queries.oversight.open_about(event.case_no, kind)
    for task in tasks:
        command = Command(name=CommandName.SETTLE_TASK, by=SYSTEM, body={"result": result}, id=f"{OWN_ID}settle")
        with contextlib.suppress(Refusal):  # somebody has closed it at the same moment
            await services.oversight.send(task, command)
    return bool(tasks)


async def open_doubt(services: Services, meeting_entry: Any) -> None:
    """A doubt raised in a meeting becomes a task of the supervisors (R67)."""
    doubt = meeting_entry.detail
    record = await services.queries.cases.case(doubt["case_no"])
    if record is None:
        return
    source = f"{meeting_entry.case_no}#{meeting_entry.seq}"
    task = {"kind": OversightKind.DOUBT, "what": doubt["text"], "of_case": record.case_no, "source": source}
    await open_task(services, task_number(meeting_entry.case_no, meeting_entry.seq), record.district, task)


async def open_hole(services: Services, inquiry_entry: Any) -> None:
    """Open the task of a hole that an inquiry found; nothing in it names the inquiry (issue 4, 3)."""
    hole = inquiry_entry.detail["hole"]
    unit = (await services.organisation()).units.get(hole["unit"])
    if unit is None:
        return
    source = f"{inquiry_entry.case_no}#{inquiry_entry.seq}"
    fields = {"kind": OversightKind.HOLE, "what": hole["what"], "hole": hole["kind"], "owner": unit.code}
    task = {**fields, "working_days": hole.get("working_days"), "source": source}
    await open_task(services, hole_number(unit.division, source), unit.district, task)


async def open_task(services: Services, number: str, district: str, fields: dict[str, Any], by: By = SYSTEM) -> None:
    if await services.queries.oversight.one(number):
        return
    organisation = await services.organisation()
    body = {**fields, **await services.rules_in(district), "discipline": organisation.discipline(district).code}
    command = Command(name=CommandName.OPEN_TASK, by=by, body=body, id=f"{OWN_ID}open")
    await services.oversight.open(number, command)


async def sweep(services: Services, older_than: timedelta = timedelta(0)) -> None:
    """Open tasks that are recorded and not opened: doubts of meetings, holes of findings."""
    for entry in await services.queries.oversight.doubts_not_opened(older_than):
        await open_doubt(services, entry)
    for entry in await services.queries.oversight.holes_not_opened(older_than):
        await open_hole(services, entry)
