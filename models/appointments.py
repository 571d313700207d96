"""预约: days and hours open for appointments (R17). Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from models.calendar import ONE_DAY, BusinessCalendar

HOURS = (9, 10, 11, 14, 15, 16)
"""Full hours at which an appointment begins."""

PLACES = 2
"""Appointments per window and hour; the queue is served too."""

AHEAD = 10
"""How many working days ahead appointments can be made."""


def days_ahead(calendar: BusinessCalendar, today: date) -> list[date]:
    """The next working days, from tomorrow on."""
    days: list[date] = []
    day = today
    while len(days) < AHEAD and day < today + timedelta(days=60):
        day += ONE_DAY
        if calendar.is_workday(day):
            days.append(day)
    return days


def free_hours(taken: Mapping[int, int]) -> list[int]:
    """Hours with a free place."""
    return [hour for hour in HOURS if taken.get(hour, 0) < PLACES]
