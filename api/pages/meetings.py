"""联席会议页: the month's meeting, its agenda by gravity, and what is decided, doubted and minuted there."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import meetings, reports
from api.deps import Services, ServicesDep, address, require
from api.pages.acts import body, offered, said_in, with_fields
from api.pages.render import MeantDep, VisitorDep, page
from models.access import User
from models.actions import COMMANDS
from models.codes import Role
from models.errors import Refusal
from models.meeting import MEETING
from models.months import month_before, month_span

router = APIRouter(prefix="/meetings", include_in_schema=False)

Month = Annotated[str, Path(pattern=r"^\d{4}-\d{2}$")]
BY_PAGE = tuple(name for name in MEETING.acts if name not in ("hold_meeting", "decide"))
"""A decision is a command of the case itself: it is given there, where its form is."""


@router.get("")
async def listing(request: Request, wired: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """历次会议，最近的在前。"""
    require(user, *meetings.READERS)
    held = await wired.queries.meetings.of_district(None if user.role == Role.AUDITOR else user.district)
    return page(request, "meetings.html", user=user, held=held, may_hold=user.role is Role.LEAD, refusal=None)


@router.post("", dependencies=[MeantDep])
async def hold(request: Request, wired: ServicesDep, user: VisitorDep) -> Response:
    """Call this month's meeting, or open the one that was called."""
    _, shown = await meetings.hold(wired, user)
    return RedirectResponse(f"/meetings/{shown['district']}/{shown['month']}", 303)


@router.get("/{district}/{month}")
async def show(
    request: Request, wired: ServicesDep, user: VisitorDep, district: str, month: Month, done: str = ""
) -> HTMLResponse:
    """一次会议。"""
    return await _meeting_page(request, wired, user, district, month, done=done)


@router.post("/{district}/{month}/{command}", dependencies=[MeantDep])
async def act(
    request: Request, wired: ServicesDep, user: VisitorDep, district: str, month: Month, command: str
) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await request.form()
    act_class = MEETING.acts.get(command)
    said, typed = said_in(act_class.model_json_schema() if act_class else {}, form)
    try:
        key = str(form.get("key", "")) or None
        await meetings.act(wired, user, district, month, command, body(said), key, address(request))
    except Refusal as refusal:
        return await _meeting_page(request, wired, user, district, month, tried=command, typed=typed, refusal=refusal)
    return RedirectResponse(f"/meetings/{district}/{month}?done={command}", 303)


async def _meeting_page(
    request: Request,
    wired: Services,
    user: User,
    district: str,
    month: str,
    *,
    done: str = "",
    tried: str = "",
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    require(user, *meetings.READERS)
    meeting = await meetings.find(wired, user, district, month)
    shown = await meetings.shown(wired, user, meeting)
    names = {code: unit.name for code, unit in (await wired.organisation()).units.items()}
    options = {
        "case_no": [(item["case_no"], f"{item['matter']}（{item['case_no']}）") for item in shown["agenda"]],
        "unit": [(code, names[code]) for code in names],
    }
    items = offered(meeting, user, BY_PAGE)
    items = with_fields(items, {"": options, "add_item": {}}, tried, typed, refusal)
    return page(
        request,
        "meeting.html",
        user=user,
        status=refusal.status if refusal else 200,
        meeting=shown,
        analysis=month_before(month_span(month)[0]) if user.role in reports.READERS else None,
        names=names,
        possible=[item for item in items if item["possible"]],
        impossible=[item for item in items if not item["possible"]],
        key=secrets.token_urlsafe(12),
        done=COMMANDS.get(done, ""),
        tried=tried,
        refusal=refusal,
    )
