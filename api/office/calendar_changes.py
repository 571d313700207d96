"""Changing the calendar (日历变更): checked, looked at beforehand, put in force; on the page by two people."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.errors import Problem
from api.queries import calendar_from
from api.services import Services
from models.actions import CommandName
from models.aggregate import SYSTEM, Command
from models.calendar_years import YearOverlay, library_year, overlaid, published_by_library
from models.case import Case
from models.errors import FieldError

MOST_LOOKED_AT = 300
"""So many open cases are counted through to show what moves; the rest is said as a number."""


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


async def row_of(services: Services, year: int, said: YearChange, by: str) -> dict[str, Any]:
    """The change as it is kept. Raises Problem 422 for days that make no year."""
    published = said.published
    if published is None:
        arranged = published_by_library(year) or any(c.published for c in await services.queries.office.overlays(year))
        published = bool(said.source) and not arranged
    overlay = YearOverlay(year, tuple(said.workdays), tuple(said.holidays), said.source, published)
    try:
        overlaid(library_year(year), overlay)
    except ValueError as error:
        raise Problem(422, str(error), errors=[FieldError("workdays", str(error))]) from None
    return {
        "year": year,
        "workdays": said.workdays,
        "holidays": said.holidays,
        "source": said.source,
        "published": published,
        "changed_by": by,
        "changed_at": datetime.now(UTC),
    }


async def put_in_force(services: Services, year: int, said: YearChange, by: str) -> int:
    """The change in force, its version; every open case counts its limits anew."""
    version = await services.queries.office.change_calendar(await row_of(services, year, said, by))
    await services.gateway.spread_calendar(version)
    return version


async def preview(services: Services, year: int, said: YearChange) -> dict[str, Any]:
    """What would move (预览): limits of open cases with both dates. Changes nothing."""
    row = await row_of(services, year, said, "")
    count, found = await services.queries.cases.with_limits(MOST_LOOKED_AT)
    newest = await services.queries.office.newest_calendar()
    changes = [*await services.queries.office.overlays(), _Change(**row, version=(newest or 0) + 1)]
    moves = await asyncio.to_thread(_moves, found, changes)
    return {"open": count, "looked_at": len(found), "cases": len({move["case_no"] for move in moves}), "moves": moves}


class _Change(BaseModel):
    version: int
    year: int
    workdays: list[date]
    holidays: list[date]
    source: str
    published: bool
    changed_by: str
    changed_at: datetime


def _moves(cases: list[Case], changes: list[Any]) -> list[dict[str, str]]:
    moves = []
    for case in cases:
        years = sorted(case.calendar.years)
        calendar = calendar_from(changes, years).with_close(case.calendar.close)
        command = Command(
            name=CommandName.CHANGE_CALENDAR, by=SYSTEM, body={"calendar": calendar.encode()}, id="~preview"
        )
        matter = str(case.state.matter.get("name", ""))
        for draft in case.check(command, datetime.now(UTC)):
            moves += [{"case_no": case.state.case_no, "matter": matter, **move} for move in draft.detail["moves"]]
    return moves
