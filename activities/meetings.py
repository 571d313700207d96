"""Calling a meeting (召集联席会议): whether this is the day, and what its agenda is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity

from models.aggregate import SYSTEM, By, Command
from models.calendar import ONE_DAY, BusinessCalendar, beijing_date
from models.calendar_years import YearOverlay, build_calendar
from models.case import Case, State
from models.ledger import read_time
from models.meeting.agenda import agenda
from models.policy import policy

_LEAD = "SELECT code FROM units WHERE district = %s AND kind = 'lead'"
_CASES = """
SELECT state FROM cases WHERE district = %s AND NOT finished
AND (stage <> 'archived' OR follow_up) ORDER BY registered_at
"""
_CHANGES = """
SELECT DISTINCT ON (year, published) year, workdays, holidays, source, published, version FROM calendar_changes
ORDER BY year, published DESC, version DESC
"""
PAGE = 500


class Call(BaseModel):
    """Which meeting is to be held, and who calls it; nobody where it is the first working day that does."""

    district: str
    at: str
    """When it is called, as the ledger writes times."""
    by: By | None = None

    @property
    def month(self) -> str:
        """The month of the meeting, as YYYY-MM."""
        return beijing_date(read_time(self.at)).isoformat()[:7]


@dataclass(frozen=True)
class MeetingCalls:
    """Reads the register; what it finds goes into the meeting's own history."""

    pool: AsyncConnectionPool

    @activity.defn(name="prepare_meeting")
    async def prepare(self, call: Call) -> dict[str, Any] | None:
        """The command that holds the meeting; None where nobody calls it and the first working day is another."""
        at = read_time(call.at)
        profile = policy(call.district)
        calendar = (await self.calendar(at)).with_close(profile.close_of_business)
        if call.by is None and beijing_date(at) != first_working_day(beijing_date(at), calendar):
            return None
        body = {
            "district": call.district,
            "month": call.month,
            "lead": (await self._rows(_LEAD, (call.district,)))[0][0],
            "profile": profile.code,
            "profile_version": profile.version,
            "calendar": calendar.encode(),
            "agenda": [item.model_dump(mode="json") for item in agenda(await self._cases(call.district), at)],
        }
        return Command(name="hold_meeting", by=call.by or SYSTEM, body=body).message

    async def _cases(self, district: str) -> list[Case]:
        found = []
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(_CASES, (district,))
            while page := await cursor.fetchmany(PAGE):
                found += [Case.from_state(State.model_validate(state)) for (state,) in page]
                activity.heartbeat(len(found))
        return found

    async def calendar(self, at: datetime) -> BusinessCalendar:
        """The business calendar of that year and the next."""
        changes = await self._rows(_CHANGES, ())
        overlays = [YearOverlay(year, tuple(work), tuple(rest), why, pub) for year, work, rest, why, pub, _ in changes]
        year = beijing_date(at).year
        return build_calendar(range(year, year + 2), overlays, version=max((row[5] for row in changes), default=0))

    async def _rows(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(statement, parameters)).fetchall()


def first_working_day(day: date, calendar: BusinessCalendar) -> date:
    """The first working day of the month of this day (每月第一个工作日)."""
    found = day.replace(day=1)
    while not calendar.is_workday(found):
        found += ONE_DAY
    return found
