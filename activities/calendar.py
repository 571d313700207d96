"""Telling open cases of a changed calendar (告知日历变更)."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg_pool import AsyncConnectionPool
from temporalio import activity

from activities.ledgers.system_commands import SystemCommands
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, Command
from models.calendar import BusinessCalendar, beijing_date
from models.calendar_years import YearOverlay, build_calendar

AT_ONCE = 20
"""Updates at a time: enough to keep the engine busy, few enough to leave room for the counter."""

PAGE = 200

_WAITING = """
SELECT case_no, state->>'calendar' FROM cases
WHERE NOT finished AND calendar_version < %s AND case_no > %s ORDER BY case_no LIMIT %s
"""
CHANGES = """
SELECT DISTINCT ON (year, published) year, workdays, holidays, source, published, version FROM calendar_changes
WHERE version <= coalesce(%s, version) ORDER BY year, published DESC, version DESC
"""
"""The newest arrangement and single days of each year, up to a version (NULL: all)."""


@dataclass(frozen=True)
class CalendarActivities:
    """Reads the register, sends each case its new calendar."""

    pool: AsyncConnectionPool
    commands: SystemCommands

    @activity.defn(name="move_cases")
    async def move_cases(self, version: int) -> int:
        """Send the calendar of this version to every open case with an older one. Returns their number.

        May be repeated: a case that has the version already records nothing.
        """
        overlays = overlays_of(await self._rows(CHANGES, (version,)))
        sent, after, texts = 0, "", _Texts(overlays, version)
        gate = asyncio.Semaphore(AT_ONCE)
        while page := await self._rows(_WAITING, (version, after, PAGE)):
            await asyncio.gather(*(self._tell(gate, case_no, texts.instead_of(carried)) for case_no, carried in page))
            sent, after = sent + len(page), page[-1][0]
            activity.heartbeat(sent)
        return sent

    async def _rows(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(statement, parameters)).fetchall()

    async def _tell(self, gate: asyncio.Semaphore, case_no: str, command: Command) -> None:
        async with gate:
            await self.commands.tell(case_no, command)


def overlays_of(changes: Iterable[tuple[Any, ...]]) -> list[YearOverlay]:
    """Rows of `CHANGES` as overlays of a year."""
    return [YearOverlay(year, tuple(work), tuple(rest), source, pub) for year, work, rest, source, pub, _ in changes]


class _Texts:
    """The new calendar for each calendar in use: a thousand cases carry only a few different ones."""

    def __init__(self, overlays: list[YearOverlay], version: int) -> None:
        self._overlays, self._version = overlays, version
        self._this_year = beijing_date(activity.info().started_time).year
        self._known: dict[str, Command] = {}

    def instead_of(self, carried: str) -> Command:
        """The command that brings the new calendar to a case which carries this one."""
        if carried not in self._known:
            own = BusinessCalendar.decode(carried)
            years = own.years | {self._this_year + offset for offset in range(3)}
            calendar = build_calendar(years, self._overlays, version=self._version, close=own.close)
            body, own_id = {"calendar": calendar.encode()}, f"{OWN_ID}calendar-{self._version}"
            self._known[carried] = Command(name=CommandName.CHANGE_CALENDAR, by=SYSTEM, body=body, id=own_id)
        return self._known[carried]
