"""工作日历 at the door: a year, and when a limit would end."""

from collections.abc import Sequence
from datetime import datetime

from api.http.errors import Problem
from api.queries import calendar_from
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.calendar import beijing_date
from models.calendar_years import published_by_library
from models.ledger import stamp_time
from models.rules import policy
from models.views.calendar import CalendarChange, CalendarYear, DueDate, SkippedDay


async def due(services: Services, user: User, start: datetime, working_days: int) -> DueDate:
    """The end of a limit of `days` working days, at the close of business of the user's district."""
    check_year(start.year)
    year = beijing_date(start).year
    years = range(year, year + working_days // 200 + 2)
    calendar = calendar_from(await services.queries.office.overlays(), years)
    if user.district:
        calendar = calendar.with_close(policy(user.district).close_of_business)
    explanation = calendar.explain(start, working_days)
    return DueDate(
        due_at=stamp_time(explanation.due_at),
        provisional=explanation.provisional,
        counted=[day.isoformat() for day in explanation.counted],
        skipped=[SkippedDay(date=day.date.isoformat(), why=day.why) for day in explanation.skipped],
    )


async def shown(services: Services, year: int) -> CalendarYear:
    """A year's holidays and working weekends, and their source."""
    check_year(year)
    changes = await services.queries.office.overlays(year)
    calendar = calendar_from(changes, [year])
    return CalendarYear(
        year=year,
        version=calendar.version,
        published=year in calendar.published,
        source=_source(year, changes),
        holidays=sorted(day.isoformat() for day in calendar.rest),
        workdays=sorted(day.isoformat() for day in calendar.work),
        changes=[_change(change) for change in changes],
    )


def check_year(year: int) -> None:
    """Problem 422 for a year that no calendar is kept for."""
    if not 2004 <= year <= 2100:
        raise Problem(422, "年份须在 2004 至 2100 之间")


def _source(year: int, changes: Sequence[AnyRow]) -> str:
    arrangements = [change.source for change in changes if change.published]
    if arrangements:
        return str(arrangements[0])
    return "国务院办公厅节假日安排" if published_by_library(year) else "法定节假日推算（暂定）"


def _change(change: AnyRow) -> CalendarChange:
    return CalendarChange(
        published=change.published,
        source=change.source,
        workdays=[day.isoformat() for day in change.workdays],
        holidays=[day.isoformat() for day in change.holidays],
        by=change.changed_by,
        at=stamp_time(change.changed_at),
    )
