"""工作日历: read a year, change it, and ask when a limit would end."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.body import BodyDep, documented
from api.deps import ServicesDep, UserDep, require
from api.errors import Problem
from api.queries import calendar_from
from models.calendar import beijing_date
from models.calendar_years import YearOverlay, library_year, overlaid, published_by_library
from models.codes import Role
from models.errors import FieldError
from models.policy import policy
from models.view import instant

router = APIRouter(prefix="/api/calendar", tags=["日历"])

MOST_DAYS = 1000


@router.get("/due", summary="算期限")
async def due(
    wired: ServicesDep,
    user: UserDep,
    start: Annotated[AwareDatetime, Query(alias="from")],
    working_days: Annotated[int, Query(ge=1, le=MOST_DAYS)],
) -> dict[str, Any]:
    """从某时起第 N 个工作日的下班时间，逐日说明计与不计。"""
    _check_year(start.year)
    year = beijing_date(start).year
    years = range(year, year + working_days // 200 + 2)
    calendar = calendar_from(await wired.queries.office.overlays(), years)
    if user.district:
        calendar = calendar.with_close(policy(user.district).close_of_business)
    found = calendar.explain(start, working_days)
    return {
        "due_at": instant(found.due_at),
        "provisional": found.provisional,
        "counted": [day.isoformat() for day in found.counted],
        "skipped": [{"date": skipped.date.isoformat(), "why": skipped.why} for skipped in found.skipped],
    }


class YearChange(BaseModel):
    """A year's days as an administrator loads them."""

    model_config = ConfigDict(extra="forbid")

    workdays: list[date] = Field(default_factory=list, max_length=366, description="调休上班日")
    holidays: list[date] = Field(default_factory=list, max_length=366, description="放假日")
    source: str = Field(default="", max_length=200, description="依据，如国务院办公厅通知文号")
    published: bool | None = Field(
        default=None,
        description="true：该年全年安排，代替原有安排；false：在该年安排之上叠加个别日期，代替原有叠加。"
        "不填时，尚无安排的年份且写明依据的视为全年安排，其余视为叠加",
    )


@router.get("/{year}", summary="看某年")
async def show(wired: ServicesDep, user: UserDep, year: int) -> dict[str, Any]:
    """某年的放假和调休，是否已公布，依据是什么。"""
    _check_year(year)
    changes = await wired.queries.office.overlays(year)
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
async def change(wired: ServicesDep, user: UserDep, year: int, body: BodyDep) -> dict[str, Any]:
    """装载某年的安排，或叠加个别日期；所有在办案件随即重算期限，新旧日期都记入台账。"""
    require(user, Role.ADMIN)
    _check_year(year)
    said = body.shaped(YearChange)
    published = said.published
    if published is None:
        arranged = published_by_library(year) or any(c.published for c in await wired.queries.office.overlays(year))
        published = bool(said.source) and not arranged
    overlay = YearOverlay(year, tuple(said.workdays), tuple(said.holidays), said.source, published)
    try:
        overlaid(library_year(year), overlay)
    except ValueError as error:
        raise Problem(422, str(error), errors=[FieldError("workdays", str(error))]) from None
    row = {
        "year": year,
        "workdays": said.workdays,
        "holidays": said.holidays,
        "source": said.source,
        "published": published,
        "changed_by": user.username,
        "changed_at": datetime.now(UTC),
    }
    version = await wired.queries.office.change_calendar(row)
    await wired.gateway.spread_calendar(version)
    return {**await show(wired, user, year), "progress": f"/api/calendar/changes/{version}"}


@router.get("/changes/{version}", summary="改动进度")
async def progress(wired: ServicesDep, user: UserDep, version: int) -> dict[str, Any]:
    """还有多少在办案件没有换上这一版日历。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    return {"version": version, "waiting": await wired.queries.cases.before_calendar(version)}


def _check_year(year: int) -> None:
    if not 2004 <= year <= 2100:
        raise Problem(422, "年份须在 2004 至 2100 之间")
