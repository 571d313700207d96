"""如果 (DL11): who would have been late under another limit or calendar. Pure: counted by the clock's own rules.

What people did stays as it was, when they did it; only the limits and the days that count are others. Where the rules
of then, counted here, do not say what was recorded (late before another diagnosis, say), nothing is claimed: the caller
lets the record stand.
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
"""The limits of the case clock, which a diagnosis chooses from."""

OTHERS = {"accept": "受理", "assignment": "交办（没有另写期限的）"}
"""Limits of single duties that can be tried too: a window's answer, a department's task."""

KINDS = {**CLOCKS, **OTHERS}


@dataclass(frozen=True, slots=True)
class Past:
    """What a case's clock went through: pauses and replies stay as they were, limit and calendar may be others."""

    case_no: str
    unit: str
    kind: str
    """The limit of the profile that its diagnosis set, or undiagnosed."""
    clock: Clock
    late: bool = False
    """Whether the ledger has it that this clock ran out."""
    diagnosed_at: datetime | None = None
    """When it was last diagnosed."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a unit had to do within working days: answer whether it takes a case, do a task."""

    case_no: str
    unit: str
    kind: str
    since: datetime
    until: datetime | None
    """When it was done; None while it is owed."""
    days: int | None
    """As it was given; None where the profile says how long."""
    late: bool
    """Whether the ledger has it as late."""
    more: int = 0
    """Working days of an extension that was granted."""


Days = Callable[[str], int]
"""How long a limit is, in working days, by its kind."""


def late(past: Past, days: Days, calendar: BusinessCalendar, now: datetime) -> bool:
    """Whether the working days used reach the limit: the close of business of its last day has passed.

    A date that 特事特办 brought forward stays the earlier one. A diagnosis that comes when its own limit
    has passed gives until the close of the next working day; one that comes after the longest limit comes too late.
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
    """The same of a single duty."""
    allowed = (duty.days or days(duty.kind)) + duty.more
    return calendar.closes(duty.since, duty.until or now, beijing_date(duty.since)) >= allowed


def past_of(state: Mapping[str, Any], diagnosed_at: datetime | None) -> Past | None:
    """The clock of a stored state; None where none has ever run, or the case went on as another."""
    said, diagnosis = state.get("clock", {}), state.get("diagnosis")
    if said.get("start") is None or state.get("merged_into"):
        return None
    kind, clock = limit_kind(diagnosis) if diagnosis else "undiagnosed", Clock.model_validate(said)
    return Past(state["case_no"], state["unit"], kind, clock, clock.late, diagnosed_at)


def duties_of(state: Mapping[str, Any], default: int) -> Iterator[Duty]:
    """What its window and its departments had to do; `default` is the profile's limit of a task.

    Who withdrew before there was an answer, or whose task was taken back, let nobody be late.
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
    for said in state.get("assignments", ()):
        task = Assignment.model_validate(said)
        until = task.replied_at or (resolved if task.state is AssignmentState.CLOSED else None)
        if until is None and task.state in (AssignmentState.CLOSED, AssignmentState.WITHDRAWN):
            continue
        granted = sum(each.working_days for each in task.extensions if each.decision == Decision.GRANT)
        given = None if task.days == default else task.days
        yield Duty(number, task.unit, "assignment", task.sent_at, until, given, task.overdue, granted)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
