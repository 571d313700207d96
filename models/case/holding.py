"""持件: how long each unit held a late case (R47; RP4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.case.aggregate import Case


def held_late(case: Case) -> list[dict[str, Any]]:
    """The windows and departments that held an overdue case, from acceptance to now or its end; else empty.

    Current holders come first, then by length. Working days count only spans that have ended, so a view does not change
    with the time of looking. The windows' spans leave no gap; a department's span runs beside the waiting window's.
    """
    state = case.state
    if not state.clock.overdue or state.accepted_at is None:
        return []
    spans = [(held.unit, "window", held.since, held.until) for held in state.held]
    spans += [(task.unit, "department", task.sent_at, task.replied_at) for task in state.assignments]
    totals: dict[tuple[str, str], int] = {}
    running: set[tuple[str, str]] = set()
    for unit, kind, since, until in spans:
        begins, ends = max(since, state.accepted_at), _earlier(until, state.resolved_at)
        if ends is None:
            running.add((unit, kind))
        days = case.calendar.closes(begins, ends, date.min) if ends and ends > begins else 0
        totals[unit, kind] = totals.get((unit, kind), 0) + days
    rows = [
        {"unit": unit, "kind": kind, "working_days": days, "still": (unit, kind) in running}
        for (unit, kind), days in totals.items()
    ]
    return sorted(rows, key=lambda each: (not each["still"], -int(str(each["working_days"])), str(each["unit"])))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
