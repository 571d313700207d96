"""如果 (DL11): who would have been late under other limits or another calendar. Pure, by the clock's own rules.

Events and their times stay; only limits and counted days differ. Where counting by the old rules does not reproduce the
record (late before a new diagnosis, for example), the caller keeps the record.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.calendar import BusinessCalendar, beijing_date
from models.case import clock as case_clock
from models.case.diagnosis import limit_kind
from models.case.intake import ACCEPT_LATE
from models.case.parts import Assignment, Clock
from models.codes import AssignmentState, Decision

CLOCKS = {
    "undiagnosed": "尚未诊断",
    "cannot": "不能办",
    "difficult": "不好办",
    "refused": "不给办",
    "deferred": "暂时办不了",
    "deferred_complex": "暂时办不了（复杂）",
}
"""The limits of the case clock; the diagnosis selects one."""

OTHERS = {"accept": "受理", "assignment": "交办（没有另写期限的）"}
"""Limits of single duties: a window's answer, a department's task."""

KINDS = {**CLOCKS, **OTHERS}


@dataclass(frozen=True, slots=True)
class Past:
    """The history of a case's clock: pauses and replies are fixed, limit and calendar may vary."""

    case_no: str
    unit: str
    kind: str
    """The profile's limit set by the diagnosis, or undiagnosed."""
    clock: Clock
    late: bool = False
    """Whether the ledger records that this clock ran out."""
    diagnosed_at: datetime | None = None
    """The last diagnosis."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A unit's duty within working days: decide on acceptance, or do a task."""

    case_no: str
    unit: str
    kind: str
    since: datetime
    until: datetime | None
    """When it was done; None while open."""
    days: int | None
    """The limit given with the task; None for the profile's."""
    late: bool
    """Whether the ledger records it as late."""
    extended_by: int = 0
    """Working days of granted extensions."""


Days = Callable[[str], int]
"""A limit's working days by its kind."""


def late(past: Past, days: Days, calendar: BusinessCalendar, now: datetime) -> bool:
    """Whether the working days used reach the limit, so that its last close of business has passed.

    A date brought forward by 特事特办 stays if earlier. A diagnosis after its own limit has passed allows until the
    close of the next working day; one after the undiagnosed limit is late.
    """
    clock, limit = past.clock, days(past.kind)
    if clock.cap is not None:
        limit = min(limit, clock.limit)
    if past.diagnosed_at is not None:
        running = clock.model_copy(update={"stopped": []})
        used = case_clock.used(running, calendar, past.diagnosed_at)
        if used >= days("undiagnosed"):
            return True
        if used >= limit:
            limit = used + calendar.closes(past.diagnosed_at, calendar.due(past.diagnosed_at, 1), date.min)
    return case_clock.used(clock, calendar, now) >= limit


def duty_late(duty: Duty, days: Days, calendar: BusinessCalendar, now: datetime) -> bool:
    """The same for a single duty."""
    allowed = (duty.days or days(duty.kind)) + duty.extended_by
    return calendar.closes(duty.since, duty.until or now, beijing_date(duty.since)) >= allowed


def past_of(state: Mapping[str, Any], diagnosed_at: datetime | None) -> Past | None:
    """The clock of a stored state; None where none ran, or the case was merged into another."""
    stored, diagnosis = state.get("clock", {}), state.get("diagnosis")
    if stored.get("start") is None or state.get("merged_into"):
        return None
    kind, clock = limit_kind(diagnosis) if diagnosis else "undiagnosed", Clock.model_validate(stored)
    return Past(state["case_no"], state["unit"], kind, clock, clock.late, diagnosed_at)


def duties_of(state: Mapping[str, Any], default: int) -> Iterator[Duty]:
    """The duties of its window and departments; `default` is the profile's limit of a task.

    Cases withdrawn before an answer and tasks withdrawn or taken back count for nobody.
    """
    if state.get("merged_into"):
        return
    number = state["case_no"]
    accepted, refused = state.get("accepted_at"), state.get("refusals", ())
    answered = accepted or (refused[0]["at"] if refused else None)
    if answered or state.get("stage", "registered") == "registered":
        since = datetime.fromisoformat(state["registered_at"])
        slow = any(card["reason"] == ACCEPT_LATE for card in state.get("cards", ()))
        yield Duty(number, state["held"][0]["unit"], "accept", since, _instant(answered), None, slow)
    resolved = _instant(state.get("resolved_at"))
    for stored in state.get("assignments", ()):
        task = Assignment.model_validate(stored)
        until = task.replied_at or (resolved if task.state is AssignmentState.CLOSED else None)
        if until is None and task.state in (AssignmentState.CLOSED, AssignmentState.WITHDRAWN):
            continue
        granted = sum(each.working_days for each in task.extensions if each.decision == Decision.GRANT)
        given = None if task.days == default else task.days
        yield Duty(number, task.unit, "assignment", task.sent_at, until, given, task.overdue, granted)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
