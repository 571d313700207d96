"""预约与来前准备（群众）: choose a window, read what to bring, choose an hour; called off by the same link."""

import secrets
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.http.errors import Problem
from api.identity.dependencies import ServicesDep
from api.pages.appointments import opened, sealed
from api.pages.render import page
from api.services import Services
from models.appointments import PLACES, days_ahead, free_hours
from models.calendar import beijing_date
from models.codes import UnitKind
from models.errors import Refusal
from models.organisation import Unit

router = APIRouter(prefix="/appointment", include_in_schema=False)

Short = Annotated[str, Form(max_length=100)]
Asked = Annotated[str, Query(max_length=60)]


@router.get("")
async def choose(request: Request, services: ServicesDep, unit: Asked = "", day: date | None = None) -> HTMLResponse:
    """选窗口、选日期、选时间；下面写明要带什么。"""
    return await _page(request, services, unit, day)


@router.post("")
async def book(
    request: Request,
    services: ServicesDep,
    unit: Short,
    day: Annotated[date, Form()],
    hour: Annotated[int, Form()],
    matter: Short,
    name: Short,
    phone: Short,
    narrative: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Booked: the page of the appointment. Refused: the same page, saying why."""
    try:
        window = await _window(services, unit)
        days = days_ahead(await services.calendar(window.district), beijing_date(datetime.now(UTC)))
        if day not in days or hour not in free_hours({}):
            raise Problem(422, "这个时间不能预约，请另选")
        if not (matter.strip() and name.strip() and phone.strip()):
            raise Problem(422, "请写明事项、姓名和电话，窗口好提前准备")
        appointment_id = secrets.token_urlsafe(15)
        words = {"name": name.strip(), "phone": phone.strip(), "narrative": narrative.strip()}
        row = {
            "id": appointment_id,
            "unit": unit,
            "day": day,
            "hour": hour,
            "matter": matter.strip(),
            "said": sealed(services, words, appointment_id),
            "made_at": datetime.now(UTC),
        }
        if not await services.queries.appointments.book(row, PLACES):
            raise Problem(409, "这个时间刚刚约满，请另选一个")
    except Refusal as refusal:
        return await _page(request, services, unit, day, refusal)
    return RedirectResponse(f"/appointment/{appointment_id}", 303)


@router.get("/{appointment_id}")
async def show(request: Request, services: ServicesDep, appointment_id: str) -> Response:
    """预约好了：何时、到哪个窗口、带什么；来不了可以取消。"""
    row = await services.queries.appointments.one(appointment_id)
    if row is None:
        raise Problem(404, "没有这个预约，请核对链接")
    unit = (await services.organisation()).units[row.unit]
    return page(request, "appointment.html", row=row, words=opened(services, row), unit=unit)


@router.post("/{appointment_id}/call-off")
async def call_off(services: ServicesDep, appointment_id: str) -> Response:
    """Give the place back."""
    await services.queries.appointments.call_off(appointment_id)
    return RedirectResponse(f"/appointment/{appointment_id}", 303)


async def _window(services: Services, code: str) -> Unit:
    unit = (await services.organisation()).units.get(code)
    if unit is None or unit.kind is not UnitKind.WINDOW:
        raise Problem(422, "没有这个窗口，请重新选择")
    return unit


async def _page(
    request: Request, services: Services, code: str, day: date | None, refusal: Refusal | None = None
) -> HTMLResponse:
    units = (await services.organisation()).units
    windows = [unit for unit in units.values() if unit.kind is UnitKind.WINDOW]
    window = next((unit for unit in windows if unit.code == code), None)
    days: list[date] = []
    hours: list[int] = []
    if window:
        days = days_ahead(await services.calendar(window.district), beijing_date(datetime.now(UTC)))
        day = day if day in days else days[0]
        hours = free_hours(await services.queries.appointments.taken(window.code, day))
    return page(
        request,
        "booking.html",
        status=refusal.status if refusal else 200,
        windows=windows,
        window=window,
        days=days,
        day=day,
        hours=hours,
        refusal=refusal,
    )
