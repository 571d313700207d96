"""Calling a meeting (召集联席会议): whether today is the day, and the agenda."""

import asyncio
from dataclasses import dataclass
from typing import Any

from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity

from activities.district import rules_in
from activities.ledgers.rules import RuleBook
from activities.platform.heartbeat import beating
from activities.platform.keyring import SYSTEM, KeyRing
from activities.platform.signatures import Signer, asked_by
from models.actions import CommandName
from models.aggregate import OWN_ID, Command
from models.calendar import beijing_date
from models.case import Case
from models.ledger import read_time
from models.meeting.agenda import agenda
from models.meeting.aggregate import number_of as meeting_number
from models.meeting.state import Topic
from models.months import month_before
from models.report.aggregate import number_of

_CASES = """
SELECT state FROM cases WHERE district = %s AND NOT finished
AND (stage <> 'archived' OR follow_up) ORDER BY registered_at
"""
_TOP = "SELECT state -> 'figures' -> 'top' FROM reports WHERE case_no = %s"
PAGE = 500


class Call(BaseModel):
    """Which meeting to hold, and who calls it; without a caller on the first working day."""

    district: str
    at: str
    """When it is called, in the ledger's form of time."""
    asked: dict[str, Any] | None = None
    """The caller's signed message; the engine's word for the caller would prove nothing."""

    @property
    def month(self) -> str:
        """The month of the meeting, as YYYY-MM."""
        return beijing_date(read_time(self.at)).isoformat()[:7]


@dataclass(frozen=True)
class MeetingCalls:
    """Reads the register; what it finds goes into the meeting's own history."""

    pool: AsyncConnectionPool
    ring: KeyRing

    @activity.defn(name="prepare_meeting")
    async def prepare(self, call: Call) -> dict[str, Any] | None:
        """The signed command that holds the meeting; None without a caller, except on the first working day.

        Raises ForgedError for a call not signed by a door.
        """
        number = meeting_number(call.district, call.month)
        by = asked_by(self.ring, number, "call_meeting", call.asked)
        at = read_time(call.at)
        async with beating():
            rules = await rules_in(self.pool, call.district, at)
            if call.asked is None and beijing_date(at) != rules.calendar.first_workday_of_month(beijing_date(at)):
                return None
            body = {
                **rules.opening,
                "month": call.month,
                "topics": await self._topics(number_of(call.district, month_before(at))),
                "agenda": [item.model_dump(mode="json") for item in agenda(await self._cases(call.district), at)],
            }
        command = Command(name=CommandName.HOLD_MEETING, by=by, body=body, id=f"{OWN_ID}hold")
        return Signer(self.ring, SYSTEM).sign(number, command).message

    async def _topics(self, analysis: str) -> list[dict[str, Any]]:
        """What stood out in the analysis of the month before, if there is one."""
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_TOP, (analysis,))).fetchone()
        return [{name: each[name] for name in Topic.model_fields} for each in row[0]] if row else []

    async def _cases(self, district: str) -> list[Case]:
        cases = []
        async with self.pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(_CASES, (district,))
            while page := await cursor.fetchmany(PAGE):
                await RuleBook(self.pool).ensure_for(*(state for (state,) in page))
                cases += [Case.from_form(state) for (state,) in page]
                await asyncio.sleep(0)  # gives other tasks a turn, the heartbeat among them
        return cases
