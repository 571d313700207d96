"""预约: which hours of which days somebody may come at an appointed time (R17). Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from models.calendar import ONE_DAY, BusinessCalendar

HOURS = (9, 10, 11, 14, 15, 16)
"""Full hours at which an appointment begins."""

PLACES = 2
"""Appointments of one window in one hour: the others in the queue are served too."""

AHEAD = 10
"""Working days ahead for which an appointment can be made."""


def days_ahead(calendar: BusinessCalendar, today: date) -> list[date]:
    """The next working days, from tomorrow on."""
    found: list[date] = []
    day = today
    while len(found) < AHEAD and day < today + timedelta(days=60):
        day += ONE_DAY
        if calendar.is_workday(day):
            found.append(day)
    return found


def free_hours(taken: Mapping[int, int]) -> list[int]:
    """Hours with a place left."""
    return [hour for hour in HOURS if taken.get(hour, 0) < PLACES]
