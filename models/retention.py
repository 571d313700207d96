"""保管期限 (domain.md 4; 档案法, 个保法 19, 47): how long a case's personal data is kept after archiving.

Until then nobody may destroy it; afterwards two administrators may. An inquiry's data is kept elsewhere.
"""

from datetime import datetime

from models.case import Case
from models.codes import Category, Cause, Stage

ORDINARY_YEARS, LONG_YEARS = 10, 30
"""一般件 10 年；不给办和历史遗留 30 年."""


def years(case: Case) -> int:
    """How many years this case's personal data is kept."""
    state = case.state
    categories = {state.category, *state.categories_before}
    legacy = Cause.LEGACY in state.diagnosis.get("causes", [])
    return LONG_YEARS if Category.REFUSED in categories or legacy else ORDINARY_YEARS


def kept_until(case: Case) -> datetime | None:
    """When it may be destroyed; None while the case is not archived."""
    archived = case.state.archived_at
    if case.state.stage is not Stage.ARCHIVED or archived is None:
        return None
    try:
        return archived.replace(year=archived.year + years(case))
    except ValueError:  # the 29th of February
        return archived.replace(year=archived.year + years(case), month=3, day=1)
