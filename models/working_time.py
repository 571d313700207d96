"""Working time (工作时间): the hours from opening to close of working days, and their arithmetic.

Reminders use it: half of a limit from Friday noon to Tuesday evening does not fall on Sunday (features.md, DL).
"""

from datetime import UTC, date, datetime, time, timedelta

from models.calendar import ONE_DAY, BusinessCalendar, beijing_date
from models.ledger import BEIJING

NONE = timedelta(0)


def hours_of(calendar: BusinessCalendar, opening: time, day: date) -> tuple[datetime, datetime]:
    """A day's opening and close; equal on a day off."""
    opens = datetime.combine(day, opening, BEIJING).astimezone(UTC)
    return opens, max(calendar.close_of(day), opens) if calendar.is_workday(day) else opens


def between(calendar: BusinessCalendar, opening: time, since: datetime, until: datetime) -> timedelta:
    """The working time between two instants; zero unless the second is later."""
    total, day = NONE, beijing_date(since)
    while day <= beijing_date(until):
        opens, closes = hours_of(calendar, opening, day)
        total += max(min(closes, until) - max(opens, since), NONE)
        day += ONE_DAY
    return total


def after(calendar: BusinessCalendar, opening: time, since: datetime, amount: timedelta) -> datetime:
    """The instant when `amount` of working time has passed since `since`; `since` itself for none."""
    if amount <= NONE:
        return since
    day = beijing_date(since)
    while True:
        opens, closes = hours_of(calendar, opening, day)
        begins = max(opens, since)
        if closes > begins:
            if closes - begins >= amount:
                return begins + amount
            amount -= closes - begins
        day += ONE_DAY


def is_open(calendar: BusinessCalendar, opening: time, at: datetime) -> bool:
    """Whether offices are open at this instant (上班时间)."""
    opens, closes = hours_of(calendar, opening, beijing_date(at))
    return opens <= at < closes
