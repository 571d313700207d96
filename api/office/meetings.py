"""月度联席会议 at the door: called by the lead, decided case by case, each decision a command on its case.

A decision is given to the case first, under an id that follows from the meeting and its content; then it is recorded. A
crash in between is repaired by sending it again: the case carries it out once, the meeting records it once.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson

from activities.meetings import Call
from api.cases import handler
from api.commands import ledgers
from api.commands.idempotency import carried_out, check_key
from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.services import Services
from api.supervision import task_opening
from models.access import DISTRICT, User, readable
from models.actions import CommandName
from models.aggregate import OWN_ID, Command, Facts
from models.codes import Role
from models.ledger import digest, stamp_time
from models.meeting import MEETING, Meeting
from models.meeting.aggregate import number_of
from models.views.base import instant
from models.views.meetings import (
    AgendaItem,
    Attendance,
    MeetingDecision,
    MeetingDoubt,
    MeetingLine,
    MeetingView,
    Topic,
)

LOOKS, LOOK_SECONDS = 100, 0.1

READERS = (Role.CLERK, Role.HEAD, Role.LIAISON, *DISTRICT, Role.AUDITOR)


async def hold(services: Services, user: User) -> tuple[bool, MeetingView]:
    """Hold this month's meeting now, if it was not held; whether it is new, and the meeting."""
    if user.role != Role.LEAD:
        raise Problem(403, f"联席会议由牵头单位召集，不由{user.role.label}召集")
    at = stamp_time(datetime.now(UTC))
    number = number_of(user.district, at[:7])
    known = await services.queries.meetings.one(number)
    if known is not None:
        return False, await shown(services, user, known)
    await services.gateway.call_meeting(number, Call(district=user.district, at=at), user.by())
    for _ in range(LOOKS):  # the meeting is started, and records itself in its own time
        known = await services.queries.meetings.one(number)
        if known is not None:
            return True, await shown(services, user, known)
        await asyncio.sleep(LOOK_SECONDS)
    raise Problem(503, "会议正在召集，请稍候刷新", headers={"Retry-After": "2"})


async def find(services: Services, user: User, district: str, month: str) -> Meeting:
    """A meeting of the user's district (403 for another), or 404."""
    if user.role not in READERS:
        raise Problem(403, f"联席会议不对{user.role.label}开放")
    meeting = await services.queries.meetings.one(number_of(district, month))
    if meeting is None and (user.role == Role.AUDITOR or user.district == district):
        raise Problem(404, "没有这次会议，请核对区划和月份（YYYY-MM）")
    if meeting is None or (user.role != Role.AUDITOR and meeting.state.district != user.district):
        raise Problem(403, "这次会议不在您的查看范围内")
    return meeting


async def act(
    services: Services, user: User, district: str, month: str, name: str, body: Body, key: str | None, address: str
) -> MeetingView:
    """Carry out one command on a meeting; the meeting afterwards."""
    number = number_of(district, month)
    async with logged(services, user, name, number, address):
        ledgers.check_act(Meeting, name, user)
        meeting = await find(services, user, district, month)
        check_key(key)
        fields = body.fields()
        MEETING.parse(name, fields)
        content = digest([number, name, fields])[:24]
        command = Command(
            name=name,
            by=user.by(),
            body=fields,
            id=key
            or (f"meeting-{content}" if name == CommandName.DECIDE else f"{OWN_ID}{content}-{meeting.state.seq}"),
        )
        if carried_out(await services.queries.meetings.carried_out(number, command.id), command):
            return await shown(services, user, await find(services, user, district, month))
        command.facts = await _facts(services, user, name, fields)
        meeting.check(command, datetime.now(UTC))
    if name == CommandName.DECIDE:
        given = Body(orjson.dumps(fields["body"]))
        await handler.act(
            services,
            user,
            fields["case_no"],
            fields["do"],
            given,
            key=f"meeting-{content}",
            if_match=None,
            address=address,
        )
    await services.gateway.send_beside(number, command)
    if name == CommandName.RAISE_DOUBT:
        await task_opening.sweep(services)
    return await shown(services, user, await find(services, user, district, month))


async def _facts(services: Services, user: User, name: str, fields: dict[str, Any]) -> Facts:
    facts = Facts()
    if name == CommandName.ADD_ITEM:
        row = await services.queries.cases.case(fields["case_no"])
        if row is not None and row.district == user.district:
            clock = row.case.state.clock
            facts.items[row.case_no] = {
                "matter": row.case.state.matter.get("name", ""),
                "unit": row.unit,
                "due_at": instant(clock.due) if clock.state == "running" else None,
            }
    return facts


async def shown(services: Services, user: User, meeting: Meeting) -> MeetingView:
    """The meeting as this user reads it: of the agenda, the cases that they may read."""
    state = meeting.state
    scope = readable(user, await services.organisation())
    mine = await services.queries.meetings.readable([item.case_no for item in state.agenda], scope)
    limit = state.limits.get("meeting")
    return MeetingView(
        meeting_no=state.case_no,
        district=state.district,
        month=state.month,
        opened_at=state.opened_at,
        due_at=instant(limit.due) if limit else None,
        overdue=state.overdue,
        closed=state.closed,
        minutes=state.minutes,
        attendance=[Attendance(**attendance) for attendance in state.attendance],
        topics=[Topic(**dict(topic)) for topic in state.topics],
        agenda=[
            AgendaItem(**dict(item), why_told=[why.label for why in item.why])
            for item in state.agenda
            if item.case_no in mine
        ],
        decisions=[MeetingDecision(**decision) for decision in state.decisions if decision["case_no"] in mine],
        doubts=[MeetingDoubt(**doubt) for doubt in state.doubts if doubt["case_no"] in mine]
        if user.role in _DOUBTERS
        else [],
        ledger_length=state.seq,
        ledger_head=state.head,
    )


def line(meeting: Meeting) -> MeetingLine:
    """A meeting as the list has it."""
    state = meeting.state
    return MeetingLine(
        district=state.district,
        month=state.month,
        closed=state.closed,
        overdue=state.overdue,
        opened_at=state.opened_at,
    )


_DOUBTERS = (*DISTRICT, Role.AUDITOR)
"""Roles that read the doubts: not those who are doubted."""
