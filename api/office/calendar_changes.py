"""Changing the calendar (日历变更): checked, looked at beforehand, put in force; on the page by two people."""

import asyncio
from dataclasses import dataclass
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
"""How many open cases are counted through to show moved limits; the rest is given as a number."""


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


@dataclass(frozen=True, slots=True)
class Move:
    """A limit of an open case that would end on another day (变动的期限)."""

    case_no: str
    matter: str
    title: str
    due_before: str
    due_at: str


@dataclass(frozen=True, slots=True)
class Moves:
    """Limits that a change would move, before it is made (预览)."""

    open: int
    looked_at: int
    """How many of the open cases were counted through."""
    cases: int
    """How many of those have a limit that moves."""
    moves: list[Move]


async def row_of(services: Services, year: int, change: YearChange, by: str) -> dict[str, Any]:
    """The change as it is kept. Raises Problem 422 for days that make no year."""
    published = change.published
    if published is None:
        arranged = published_by_library(year) or any(c.published for c in await services.queries.office.overlays(year))
        published = bool(change.source) and not arranged
    overlay = YearOverlay(year, tuple(change.workdays), tuple(change.holidays), change.source, published)
    try:
        overlaid(library_year(year), overlay)
    except ValueError as error:
        raise Problem(422, str(error), errors=[FieldError("workdays", str(error))]) from None
    return {
        "year": year,
        "workdays": change.workdays,
        "holidays": change.holidays,
        "source": change.source,
        "published": published,
        "changed_by": by,
        "changed_at": datetime.now(UTC),
    }


async def put_in_force(services: Services, year: int, change: YearChange, by: str) -> int:
    """Put the change in force; its version. Every open case counts its limits anew."""
    version = await services.queries.office.change_calendar(await row_of(services, year, change, by))
    await services.gateway.spread_calendar(version)
    return version


async def preview(services: Services, year: int, change: YearChange) -> Moves:
    """Limits of open cases that would move, with both dates (预览). Changes nothing."""
    row = await row_of(services, year, change, "")
    count, cases = await services.queries.cases.with_limits(MOST_LOOKED_AT)
    newest = await services.queries.office.newest_calendar()
    changes = [*await services.queries.office.overlays(), _Change(**row, version=(newest or 0) + 1)]
    moves = await asyncio.to_thread(_moves, cases, changes)
    return Moves(count, len(cases), len({move.case_no for move in moves}), moves)


class _Change(BaseModel):
    version: int
    year: int
    workdays: list[date]
    holidays: list[date]
    source: str
    published: bool
    changed_by: str
    changed_at: datetime


def _moves(cases: list[Case], changes: list[Any]) -> list[Move]:
    moves = []
    for case in cases:
        years = sorted(case.calendar.years)
        calendar = calendar_from(changes, years).with_close(case.calendar.close)
        command = Command(
            name=CommandName.CHANGE_CALENDAR, by=SYSTEM, body={"calendar": calendar.encode()}, id="~preview"
        )
        matter = str(case.state.matter.get("name", ""))
        for draft in case.check(command, datetime.now(UTC)):
            moves += [
                Move(case.state.case_no, matter, move["title"], move["due_before"], move["due_at"])
                for move in draft.detail["moves"]
            ]
    return moves
