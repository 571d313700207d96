"""工作日历: read a year, change it, and ask when a limit would end."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, require
from api.office.calendar_changes import YearChange, put_in_force
from api.queries import calendar_from
from models.calendar import beijing_date
from models.calendar_years import published_by_library
from models.codes import Role
from models.rules import policy
from models.views.base import instant

router = APIRouter(prefix="/api/calendar", tags=["日历"])

MOST_DAYS = 1000


@router.get("/due", summary="算期限")
async def due(
    services: ServicesDep,
    user: UserDep,
    start: Annotated[AwareDatetime, Query(alias="from")],
    working_days: Annotated[int, Query(ge=1, le=MOST_DAYS)],
) -> dict[str, Any]:
    """从某时起第 N 个工作日的下班时间，逐日说明计与不计。"""
    _check_year(start.year)
    year = beijing_date(start).year
    years = range(year, year + working_days // 200 + 2)
    calendar = calendar_from(await services.queries.office.overlays(), years)
    if user.district:
        calendar = calendar.with_close(policy(user.district).close_of_business)
    found = calendar.explain(start, working_days)
    return {
        "due_at": instant(found.due_at),
        "provisional": found.provisional,
        "counted": [day.isoformat() for day in found.counted],
        "skipped": [{"date": skipped.date.isoformat(), "why": skipped.why} for skipped in found.skipped],
    }


@router.get("/{year}", summary="看某年")
async def show(services: ServicesDep, user: UserDep, year: int) -> dict[str, Any]:
    """某年的放假和调休，是否已公布，依据是什么。"""
    _check_year(year)
    changes = await services.queries.office.overlays(year)
    calendar = calendar_from(changes, [year])
    return {
        "year": year,
        "version": calendar.version,
        "published": year in calendar.published,
        "source": _source(year, changes),
        "holidays": sorted(day.isoformat() for day in calendar.rest),
        "workdays": sorted(day.isoformat() for day in calendar.work),
        "changes": [_change(change) for change in changes],
    }


def _source(year: int, changes: Sequence[Any]) -> str:
    arrangements = [change.source for change in changes if change.published]
    if arrangements:
        return str(arrangements[0])
    return "国务院办公厅节假日安排" if published_by_library(year) else "法定节假日推算（暂定）"


def _change(change: Any) -> dict[str, Any]:
    return {
        "published": change.published,
        "source": change.source,
        "workdays": [day.isoformat() for day in change.workdays],
        "holidays": [day.isoformat() for day in change.holidays],
        "by": change.changed_by,
        "at": instant(change.changed_at),
    }


@router.put("/{year}", summary="改某年", openapi_extra=documented(YearChange))
async def change(services: ServicesDep, user: UserDep, year: int, body: BodyDep) -> dict[str, Any]:
    """装载某年的安排，或叠加个别日期；所有在办案件随即重算期限，新旧日期都记入台账。"""
    require(user, Role.ADMIN)
    _check_year(year)
    said = body.shaped(YearChange)
    version = await put_in_force(services, year, said, user.username)
    return {**await show(services, user, year), "progress": f"/api/calendar/changes/{version}"}


@router.get("/changes/{version}", summary="改动进度")
async def progress(services: ServicesDep, user: UserDep, version: int) -> dict[str, Any]:
    """还有多少在办案件没有换上这一版日历。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    return {"version": version, "waiting": await services.queries.cases.before_calendar(version)}


def _check_year(year: int) -> None:
    if not 2004 <= year <= 2100:
        raise Problem(422, "年份须在 2004 至 2100 之间")
