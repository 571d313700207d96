"""工作日历页: a year at a glance, any limit counted out, and a change that two people make together."""

import calendar as months
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, require
from api.office import calendar, calendar_changes, proposals
from api.office.calendar_changes import Moves, YearChange
from api.pages.render import MeantDep, VisitorDep, page
from api.queries import calendar_from
from api.services import Services
from models.access import User
from models.calendar import BusinessCalendar, beijing_date
from models.errors import Refusal
from models.ledger import BEIJING

router = APIRouter(prefix="/calendar", include_in_schema=False)

ASKS, DECIDES = proposals.PROPOSE, proposals.CONFIRM

Year = Annotated[int | None, Query(ge=2004, le=2100)]
Days = Annotated[str, Form(max_length=5000)]


@router.get("")
async def show(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    year: Year = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    days: Annotated[int, Query(ge=1, le=200)] = 5,
    done: str = "",
) -> HTMLResponse:
    """一年的放假、调休、上班；从某天起第几个工作日到期，逐日说明。"""
    return await _page(request, services, user, year, start=start, days=days, done=done)


@router.post("/{year}/preview", dependencies=[MeantDep])
async def look(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    year: int,
    workdays: Days = "",
    holidays: Days = "",
    source: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """看看哪些期限会变，再决定要不要提出。"""
    require(user, *ASKS)
    typed = {"workdays": workdays, "holidays": holidays, "source": source}
    try:
        moves = await calendar_changes.preview(services, year, _read(workdays, holidays, source))
    except Refusal as refusal:
        return await _page(request, services, user, year, typed=typed, refusal=refusal)
    return await _page(request, services, user, year, typed=typed, moves=moves)


@router.post("/{year}/ask", dependencies=[MeantDep])
async def ask(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    year: int,
    workdays: Days = "",
    holidays: Days = "",
    source: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """提出变更，等另一位管理员复核。"""
    require(user, *ASKS)
    try:
        change = _read(workdays, holidays, source)
        await calendar_changes.row_of(services, year, change, user.username)
    except Refusal as refusal:
        typed = {"workdays": workdays, "holidays": holidays, "source": source}
        return await _page(request, services, user, year, typed=typed, refusal=refusal)
    kept = change.model_dump(mode="json")
    await services.queries.proposals.ask(proposals.CALENDAR, str(year), kept, user.username)
    return RedirectResponse(f"/calendar?year={year}&done=ask", 303)


@router.post("/proposals/{proposal_id}/{decision}", dependencies=[MeantDep])
async def decide(
    request: Request, services: ServicesDep, user: VisitorDep, proposal_id: str, decision: str
) -> Response:
    """另一位管理员：同意即生效，所有在办案件重算期限；不同意即作废。"""
    require(user, *DECIDES)
    if decision not in ("agree", "decline"):
        raise Problem(404, "没有这项变更申请，请刷新页面")
    proposal = await proposals.find(services, proposal_id)
    try:
        await (proposals.confirm if decision == "agree" else proposals.refuse)(services, user, proposal)
    except Refusal as refusal:
        return await _page(request, services, user, int(proposal.about), refusal=refusal)
    return RedirectResponse(f"/calendar?year={proposal.about}&done={decision}", 303)


def _read(workdays: str, holidays: str, source: str) -> YearChange:
    def days(text: str) -> list[str]:
        return text.replace("，", " ").replace(",", " ").split()

    try:
        return YearChange.model_validate({"workdays": days(workdays), "holidays": days(holidays), "source": source})
    except ValidationError:
        raise Problem(422, "日期请写成 2026-10-01 的样子，空格或换行分开") from None


async def _page(
    request: Request,
    services: Services,
    user: User,
    year: int | None,
    *,
    start: date | None = None,
    days: int = 5,
    done: str = "",
    typed: dict[str, str] | None = None,
    moves: Moves | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    today = beijing_date(datetime.now(UTC))
    year, start = year or today.year, start or today
    shown = await calendar.shown(services, year)
    business = calendar_from(await services.queries.office.overlays(), [year])
    opening = datetime.combine(start, datetime.min.time().replace(hour=10), BEIJING)
    waiting = await services.queries.proposals.waiting(proposals.CALENDAR) if user.role in DECIDES else []
    newest = await services.queries.office.newest_calendar()
    left = await services.queries.cases.before_calendar(newest) if newest and user.role in DECIDES else 0
    return page(
        request,
        "calendar.html",
        user=user,
        status=refusal.status if refusal else 200,
        year=year,
        calendar=shown,
        months=[(month, _weeks(business, year, month)) for month in range(1, 13)],
        today=today,
        start=start,
        days=days,
        due=await calendar.due(services, user, opening, days),
        asks=user.role in ASKS,
        waiting=waiting,
        left=left,
        typed=typed or {"workdays": "", "holidays": "", "source": ""},
        moves=moves,
        done={"ask": "已提出，等另一位管理员复核", "agree": "已生效，在办案件正在重算期限", "decline": "已作废"}.get(
            done, ""
        ),
        refusal=refusal,
    )


def _weeks(calendar: BusinessCalendar, year: int, month: int) -> list[list[tuple[date | None, str]]]:
    """A month's weeks; each day with its kind: work, rest (an ordinary weekend), off (holiday) or extra (调休)."""

    def kind(day: date) -> str:
        if day in calendar.rest:
            return "off"
        if day in calendar.work:
            return "extra"
        return "work" if calendar.is_workday(day) else "rest"

    weeks = months.Calendar().monthdatescalendar(year, month)
    return [[(day, kind(day)) if day.month == month else (None, "") for day in week] for week in weeks]
