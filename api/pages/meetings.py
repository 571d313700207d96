"""联席会议页: the month's meeting, its agenda by gravity, its decisions, doubts and minutes."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.analysis import reports
from api.identity.dependencies import ServicesDep, address, require
from api.office import meetings
from api.pages.acts import Last, form_of, offered, with_fields
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from models.access import User
from models.actions import COMMANDS, CommandName
from models.codes import Role
from models.errors import Refusal
from models.meeting import Meeting
from models.months import MONTH, month_before, month_span
from models.report.words import KINDS, topic_label

router = APIRouter(prefix="/meetings", include_in_schema=False)

Month = Annotated[str, Path(pattern=MONTH)]
ON_THE_CASE = (CommandName.DECIDE,)
"""A decision is a command of the case itself: it is given there, where its form is."""


@router.get("")
async def listing(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """历次会议，最近的在前。"""
    require(user, *meetings.READERS)
    held = await services.queries.meetings.of_district(None if user.role == Role.AUDITOR else user.district)
    return page(request, "meetings.html", user=user, held=held, may_hold=user.role is Role.LEAD, refusal=None)


@router.post("", dependencies=[MeantDep])
async def hold(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """Call this month's meeting, or open the one that was called."""
    _, meeting = await meetings.hold(services, user)
    return RedirectResponse(f"/meetings/{meeting.district}/{meeting.month}", 303)


@router.get("/{district}/{month}")
async def show(
    request: Request, services: ServicesDep, user: VisitorDep, district: str, month: Month, done: str = ""
) -> HTMLResponse:
    """一次会议。"""
    return await _meeting_page(request, services, user, district, month, Last(done=done))


@router.post("/{district}/{month}/{command}", dependencies=[MeantDep])
async def act(
    request: Request, services: ServicesDep, user: VisitorDep, district: str, month: Month, command: str
) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await form_of(request, Meeting, command)
    try:
        await meetings.act(services, user, district, month, command, form.body, form.key, address(request))
    except Refusal as refusal:
        return await _meeting_page(request, services, user, district, month, Last.refused(form, refusal))
    return RedirectResponse(f"/meetings/{district}/{month}?done={command}", 303)


async def _meeting_page(
    request: Request,
    services: Services,
    user: User,
    district: str,
    month: str,
    last: Last,
) -> HTMLResponse:
    require(user, *meetings.READERS)
    meeting = await meetings.find(services, user, district, month)
    shown = await meetings.shown(services, user, meeting)
    names = (await services.organisation()).names
    options = {
        "case_no": [(item.case_no, f"{item.matter}（{item.case_no}）") for item in shown.agenda],
        "unit": [(code, names[code]) for code in names],
    }
    items = offered(meeting, user, ON_THE_CASE)
    items = with_fields(items, {"": options, "add_item": {}}, last)
    return page(
        request,
        "meeting.html",
        user=user,
        meeting=shown,
        analysis=month_before(month_span(month)[0]) if user.role in reports.READERS else None,
        names=names,
        kinds=KINDS,
        topic_labels={topic.what: topic_label(topic.kind, topic.what, names) for topic in shown.topics},
        commands=COMMANDS,
        attended={"present": "到会", "deputy": "代会", "absent": "缺席"},
        **last.shown(items),
    )
