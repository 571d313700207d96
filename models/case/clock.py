"""The case clock (案件时钟): counts working days from acceptance to the promised reply.

`used` = the working days after the start day whose close of business has passed while the clock ran; left = limit −
used (contract.md, "How a case moves"). Only the applicant's materials pause it; a reply stops it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from models.aggregate.limits import arm, settle
from models.calendar import BusinessCalendar, beijing_date
from models.case.parts import Cap, Clock, Span

if TYPE_CHECKING:
    from models.case.aggregate import Case

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"


def used(clock: Clock, calendar: BusinessCalendar, now: datetime) -> int:
    """Working days used up to `now` (已用工作日)."""
    if clock.start is None:
        return 0
    start_day = beijing_date(clock.start)
    count = calendar.closes(clock.start, now, start_day)
    for span in (*clock.paused, *clock.stopped):
        until = min(span.until or now, now)
        if span.since < until:
            count -= calendar.closes(span.since, until, start_day)
    return count


def shown_state(case: Case) -> str:
    """The clock's state for display: stopped while the case is merged, as its own date then means nothing."""
    return STOPPED if case.state.merged_into else case.state.clock.state


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether the case is overdue (是否超期); once true, it stays true."""
    clock = case.state.clock
    return clock.overdue or (shown_state(case) == RUNNING and clock.due is not None and now >= clock.due)


def begin(case: Case, limit: int, at: datetime) -> None:
    """Start a new clock (起算) of `limit` working days; earlier breaches stay."""
    case.state.clock = Clock(state=RUNNING, start=at, begun=at, limit=limit, overdue=case.state.clock.overdue)
    _run(case, at, limit)


def relimit(case: Case, limit: int, at: datetime, *, start: datetime | None = None) -> None:
    """Set another limit (改判、召集), counted from `start`, by default from where the clock began.

    If that day has passed, due is the close of the next working day. A date brought forward by 特事特办 stays.
    """
    clock = case.state.clock
    clock.limit, clock.start = limit, start or clock.begun
    left = limit - used(clock, case.calendar, at)
    if clock.state == PAUSED:
        clock.left = max(left, 1)
    if clock.state != RUNNING:
        return
    if left < 1:
        _run(case, at, 1, beyond=beijing_date(at))
    else:
        _run(case, at, left)
    if clock.cap:
        _bring_forward(case, clock.cap, at)


def hasten(case: Case, days: int, at: datetime) -> None:
    """特事特办: `days` working days from now; the limit becomes the total from the start."""
    cap = Cap(start=at, days=days)
    case.state.clock.cap = cap
    _bring_forward(case, cap, at)


def _bring_forward(case: Case, cap: Cap, at: datetime) -> None:
    clock = case.state.clock
    due = case.calendar.due(cap.start, cap.days)
    if clock.due is not None and at < due < clock.due:
        clock.limit = used(clock, case.calendar, at) + _left_until(case, due, at)
        _run(case, cap.start, cap.days, beyond=beijing_date(cap.start))


def pause(case: Case, at: datetime) -> None:
    """Pause while the applicant gathers materials (停表)."""
    clock = case.state.clock
    if clock.state == RUNNING:
        _stand_still(case, at)
        clock.state = PAUSED
        clock.paused.append(Span(since=at))


def resume(case: Case, at: datetime) -> None:
    """Resume with the days left at the pause (恢复计时)."""
    clock = case.state.clock
    if clock.state == PAUSED:
        clock.paused[-1].until = at
        _run_on(case, at, clock.left or 0)


def stop(case: Case, at: datetime) -> None:
    """Stop at the reply (答复); the due date stays for the record."""
    clock = case.state.clock
    if clock.state == PAUSED:
        clock.paused[-1].until = at
    elif clock.state == RUNNING:
        _stand_still(case, at)
    if clock.state != STOPPED:
        clock.state = STOPPED
        clock.stopped.append(Span(since=at))


def run_on(case: Case, at: datetime) -> None:
    """Resume after the reply was overturned, with the days left, at least one."""
    clock = case.state.clock
    if clock.state == STOPPED and clock.stopped:
        clock.stopped[-1].until = at
        left = max(clock.left or 0, 1)
        clock.limit = max(clock.limit, used(clock, case.calendar, at) + left)
        _run_on(case, at, left)


def _stand_still(case: Case, at: datetime) -> None:
    clock = case.state.clock
    clock.left = _left_until(case, clock.due, at) if clock.due else clock.limit
    settle(case, "case")


def _run_on(case: Case, at: datetime, left: int) -> None:
    case.state.clock.state = RUNNING
    if left >= 1:  # otherwise it was already overdue when it stopped: there is no later date to wait for
        _run(case, at, left)


def _left_until(case: Case, due: datetime, at: datetime) -> int:
    start = case.state.clock.start
    return case.calendar.closes(at, due, beijing_date(start)) if start else 0


def _run(case: Case, at: datetime, days: int, beyond: date | None = None) -> None:
    """Run for `days` more closes of business after `at`; the clock's start day (or `beyond`) never counts."""
    clock = case.state.clock
    first = beyond or beijing_date(clock.start or at)
    limit = arm(case, "case", at, holder=case.state.unit, days=days, beyond=first, total=clock.limit)
    clock.due = clock.promised = limit.due
