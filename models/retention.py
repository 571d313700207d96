"""保管期限 (domain.md 4; 档案法, 个保法 19, 47): how long the personal data of a case is kept after archiving.

Before that it is only kept, whoever asks; after it two administrators may have it destroyed. What an inquiry into a
case holds is kept elsewhere and has no part in this.
"""

from datetime import datetime

from models.case import Case
from models.codes import Category, Cause, Stage

ORDINARY_YEARS, LONG_YEARS = 10, 30
"""一般件 10 年；不给办和历史遗留 30 年."""


def years(case: Case) -> int:
    """For how many years this case's personal data is kept."""
    state = case.state
    categories = {state.category, *state.categories_before}
    legacy = Cause.LEGACY in state.diagnosis.get("causes", [])
    return LONG_YEARS if Category.REFUSED in categories or legacy else ORDINARY_YEARS


def kept_until(case: Case) -> datetime | None:
    """The instant from which it may be destroyed; None while the case is not archived."""
    archived = case.state.archived_at
    if case.state.stage is not Stage.ARCHIVED or archived is None:
        return None
    try:
        return archived.replace(year=archived.year + years(case))
    except ValueError:  # the 29th of February
        return archived.replace(year=archived.year + years(case), month=3, day=1)
