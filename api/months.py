"""Months as Beijing counts them (月份)."""

from datetime import UTC, datetime

from models.ledger import BEIJING


def this_month() -> str:
    """The month that it is now, as YYYY-MM."""
    return f"{datetime.now(BEIJING):%Y-%m}"


def month_span(month: str) -> tuple[datetime, datetime]:
    """When a month (YYYY-MM) begins and when the next one does."""
    year, number = int(month[:4]), int(month[5:])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    begin, end = datetime(year, number, 1, tzinfo=BEIJING), datetime(*following, 1, tzinfo=BEIJING)
    return begin.astimezone(UTC), end.astimezone(UTC)
