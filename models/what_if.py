"""如果 (DL11): would a case have been late under another limit or calendar. Pure: counted by the clock's own rules."""

from dataclasses import dataclass
from datetime import datetime

from models.calendar import BusinessCalendar
from models.case import clock as case_clock
from models.case.parts import Clock


@dataclass(frozen=True, slots=True)
class Past:
    """What a case's clock went through: pauses and replies stay as they were, limit and calendar may be others."""

    case_no: str
    unit: str
    kind: str
    """The limit of the profile that its diagnosis set, or undiagnosed."""
    clock: Clock


def late(past: Past, limit: int, calendar: BusinessCalendar, now: datetime) -> bool:
    """Whether the working days used reach the limit: the close of business of its last day has passed.

    A date that 特事特办 brought forward stays the earlier one.
    """
    if past.clock.cap is not None:
        limit = min(limit, past.clock.limit)
    return case_clock.used(past.clock, calendar, now) >= limit
