"""工作日历: read a year, change it, and ask when a limit would end."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, require
from api.office import calendar
from api.office.calendar_changes import YearChange, put_in_force
from models.codes import Role
from models.views.calendar import CalendarYear, ChangedYear, ChangeProgress, DueDate

router = APIRouter(prefix="/api/calendar", tags=["日历"])

MOST_DAYS = 1000


@router.get("/due", summary="算期限")
async def due(
    services: ServicesDep,
    user: UserDep,
    start: Annotated[AwareDatetime, Query(alias="from")],
    working_days: Annotated[int, Query(ge=1, le=MOST_DAYS)],
) -> DueDate:
    """从某时起第 N 个工作日的下班时间，逐日说明计与不计。"""
    return await calendar.due(services, user, start, working_days)


@router.get("/{year}", summary="看某年")
async def show(services: ServicesDep, user: UserDep, year: int) -> CalendarYear:
    """某年的放假和调休，是否已公布，依据是什么。"""
    return await calendar.shown(services, year)


@router.put("/{year}", summary="改某年", openapi_extra=documented(YearChange))
async def change(services: ServicesDep, user: UserDep, year: int, body: BodyDep) -> ChangedYear:
    """装载某年的安排，或叠加个别日期；所有在办案件随即重算期限，新旧日期都记入台账。"""
    require(user, Role.ADMIN)
    calendar.check_year(year)
    version = await put_in_force(services, year, body.shaped(YearChange), user.username)
    changed = await calendar.shown(services, year)
    return ChangedYear(**dict(changed), progress=f"/api/calendar/changes/{version}")


@router.get("/changes/{version}", summary="改动进度")
async def progress(services: ServicesDep, user: UserDep, version: int) -> ChangeProgress:
    """还有多少在办案件没有换上这一版日历。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    return ChangeProgress(version=version, waiting=await services.queries.cases.before_calendar(version))
