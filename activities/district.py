"""The rules and calendar in force in a district (适用规则), read from the register."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg_pool import AsyncConnectionPool

from activities.calendar import CHANGES, overlays_of
from models.calendar import BusinessCalendar, beijing_date
from models.calendar_years import build_calendar
from models.rules import Rules, in_force

_LEAD = "SELECT code FROM units WHERE district = %s AND kind = 'lead'"


@dataclass(frozen=True, slots=True)
class District:
    """In force in a district: its rules, the business calendar of this year and the next, its lead (牵头单位)."""

    district: str
    lead: str
    rules: Rules
    calendar: BusinessCalendar

    @property
    def opening(self) -> dict[str, Any]:
        """The district's part of an opening command's body."""
        return {
            "district": self.district,
            "lead": self.lead,
            **self.rules.reference,
            "calendar": self.calendar.encode(),
        }


async def rules_in(pool: AsyncConnectionPool, district: str, at: datetime) -> District:
    """The rules, calendar and lead of a district at that time."""
    async with pool.connection() as connection:
        changes = await (await connection.execute(CHANGES, (None,))).fetchall()
        lead = await (await connection.execute(_LEAD, (district,))).fetchone()
    if lead is None:
        raise LookupError(f"district {district} has no lead")
    year, rules = beijing_date(at).year, in_force(district)
    version = max((row[5] for row in changes), default=0)
    calendar = build_calendar(range(year, year + 2), overlays_of(changes), version=version)
    return District(district, lead[0], rules, calendar.with_close(rules.policy.close_of_business))
