"""Working time (工作时间): the hours between opening and close of working days, and how much of it lies in between.

Reminders go by it: half of a limit from Friday noon to Tuesday evening is not Sunday (features.md, DL).
"""

from datetime import UTC, date, datetime, time, timedelta

from models.calendar import ONE_DAY, BusinessCalendar, beijing_date
from models.ledger import BEIJING

NONE = timedelta(0)


def hours_of(calendar: BusinessCalendar, opening: time, day: date) -> tuple[datetime, datetime]:
    """From when to when a day is worked; both the same where it is not."""
    opens = datetime.combine(day, opening, BEIJING).astimezone(UTC)
    return opens, max(calendar.close_of(day), opens) if calendar.is_workday(day) else opens


def between(calendar: BusinessCalendar, opening: time, since: datetime, until: datetime) -> timedelta:
    """How much working time lies between two instants; none where the second is not the later one."""
    total, day = NONE, beijing_date(since)
    while day <= beijing_date(until):
        opens, closes = hours_of(calendar, opening, day)
        total += max(min(closes, until) - max(opens, since), NONE)
        day += ONE_DAY
    return total


def after(calendar: BusinessCalendar, opening: time, since: datetime, amount: timedelta) -> datetime:
    """The instant at which so much working time has passed since then; `since` itself where nothing is to pass."""
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
    """Whether offices are open at that instant (上班时间)."""
    opens, closes = hours_of(calendar, opening, beijing_date(at))
    return opens <= at < closes
