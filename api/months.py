"""Months as Beijing counts them (月份)."""

from datetime import datetime

from models.ledger import BEIJING


def this_month() -> str:
    """The month that it is now, as YYYY-MM."""
    return f"{datetime.now(BEIJING):%Y-%m}"
