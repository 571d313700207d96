"""Months as Beijing counts them (月份)."""

from datetime import datetime

from models.ledger import BEIJING
from models.months import month_of


def this_month() -> str:
    """The month that it is now, as YYYY-MM."""
    return month_of(datetime.now(BEIJING))
