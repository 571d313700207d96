"""Months as Beijing counts them (月份). Pure."""

from datetime import UTC, datetime, timedelta

from models.ledger import BEIJING

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
"""How a month is written (YYYY-MM). No window is older than the century; the year 1 has no time zones."""


def month_span(month: str) -> tuple[datetime, datetime]:
    """When a month (YYYY-MM) begins and when the next one does."""
    begin = datetime.fromisoformat(f"{month}-01T00:00:00").replace(tzinfo=BEIJING)
    return begin.astimezone(UTC), (begin + timedelta(days=32)).replace(day=1).astimezone(UTC)


def month_of(at: datetime) -> str:
    """The month of an instant, as YYYY-MM."""
    return f"{at.astimezone(BEIJING):%Y-%m}"


def month_before(now: datetime) -> str:
    """The month that was over when this one began, as YYYY-MM."""
    return month_of(now.astimezone(BEIJING).replace(day=1) - timedelta(days=1))


def months_before(begin: datetime, count: int) -> datetime:
    """When the month began that lies so many months before the one that begins then."""
    local = begin.astimezone(BEIJING)
    place = local.year * 12 + local.month - 1 - count
    return local.replace(year=place // 12, month=place % 12 + 1, day=1).astimezone(UTC)
