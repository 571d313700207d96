"""持件: who held a case how long, and who held it when it ran late (R47; RP4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.case.aggregate import Case


def held_late(case: Case) -> list[dict[str, Any]]:
    """For a case that ran late: who held it, windows and departments, from acceptance to now or its end.

    Who still holds it stands first, then the longest; working days are closes of business that passed in spans that
    have ended, for a view does not change by being looked at later. Nothing for a case that kept its time. The windows'
    spans follow each other without a gap; a department holds its task beside the window that waits for it.
    """
    state = case.state
    if not state.clock.overdue or state.accepted_at is None:
        return []
    spans = [(held.unit, "window", held.since, held.until) for held in state.held]
    spans += [(task.unit, "department", task.sent_at, task.replied_at) for task in state.assignments]
    found: dict[tuple[str, str], int] = {}
    running: set[tuple[str, str]] = set()
    for unit, kind, since, until in spans:
        begins, ends = max(since, state.accepted_at), _earlier(until, state.resolved_at)
        if ends is None:
            running.add((unit, kind))
        days = case.calendar.closes(begins, ends, date.min) if ends and ends > begins else 0
        found[unit, kind] = found.get((unit, kind), 0) + days
    told = [
        {"unit": unit, "kind": kind, "working_days": days, "still": (unit, kind) in running}
        for (unit, kind), days in found.items()
    ]
    return sorted(told, key=lambda each: (not each["still"], -int(str(each["working_days"])), str(each["unit"])))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
