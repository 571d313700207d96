"""Months in Beijing time (月份). Pure."""

from datetime import UTC, datetime, timedelta

from models.ledger import BEIJING

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
"""The form of a month (YYYY-MM), from 2000 on: windows are younger, and very early years break time zones."""


def month_span(month: str) -> tuple[datetime, datetime]:
    """The begin of a month (YYYY-MM) and of the next."""
    begin = datetime.fromisoformat(f"{month}-01T00:00:00").replace(tzinfo=BEIJING)
    return begin.astimezone(UTC), (begin + timedelta(days=32)).replace(day=1).astimezone(UTC)


def month_of(at: datetime) -> str:
    """The month of an instant, as YYYY-MM."""
    return f"{at.astimezone(BEIJING):%Y-%m}"


def month_before(now: datetime) -> str:
    """The month before this one, as YYYY-MM."""
    return month_of(now.astimezone(BEIJING).replace(day=1) - timedelta(days=1))


def months_before(begin: datetime, count: int) -> datetime:
    """The begin of the month `count` months before the one that begins at `begin`."""
    local = begin.astimezone(BEIJING)
    place = local.year * 12 + local.month - 1 - count
    return local.replace(year=place // 12, month=place % 12 + 1, day=1).astimezone(UTC)
