"""催办阶梯: reminders of a limit at half, four fifths and all of its time, and when overdue.

The profile sets the steps in per cent of the limit's working time (base: 50, 80, 100, 120). Each is sent once, in
business hours, and only the highest step reached: nobody gets Saturday's step and the present one together on Monday
(issue 4, 催办; features.md, DL6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from models.aggregate.limits import Limit
from models.case import CASE, Case
from models.codes import Role
from models.working_time import after, between

WORKERS = (Role.CLERK, Role.LIAISON)
"""Roles that work on it at the holding unit; a unit without any: its head or lead."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of one limit."""

    key: str
    """The limit's key in its case."""
    title: str
    holder: str
    """The unit that must act."""
    start: datetime
    due: datetime
    percent: int
    at: datetime
    """When it is due to be sent."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Recipients of a step: these roles at this unit."""

    unit: str
    roles: tuple[Role, ...]


def steps(case: Case) -> list[Step]:
    """All steps of all limits held by the office, running or passed."""
    opening = case.policy.opening_of_business
    if opening is None or case.rests:
        return []
    ladders = []
    for key, limit in (*case.state.limits.items(), *case.state.lapsed.items()):
        rule = CASE.limit_rules[limit.kind]
        if rule.warns and limit.holder:
            ladders += _ladder(case, key, rule.title, limit, opening)
    return ladders


def _ladder(case: Case, key: str, title: str, limit: Limit, opening: time) -> list[Step]:
    if limit.hours:  # not a promise to anybody: only the head is reminded, once it has passed
        return [Step(key, title, limit.holder, limit.start, limit.due, 100, limit.due)]
    whole = between(case.calendar, opening, limit.start, limit.due)
    ladder = []
    for percent in sorted(case.policy.setting("reminders")):
        at = limit.due if percent == 100 else after(case.calendar, opening, limit.start, whole * percent / 100)
        ladder.append(Step(key, title, limit.holder, limit.start, limit.due, percent, at))
    return ladder


def audience(case: Case, step: Step) -> list[Audience]:
    """Recipients of a step: the handlers; from 80 per cent the head, from 100 the lead, beyond it supervision too.

    The head alone gets the alert of an idle case (久无进展).
    """
    state = case.state
    if step.key == "idle":
        return [Audience(state.unit, (Role.HEAD,))]
    groups = [Audience(step.holder, WORKERS)]
    if step.percent >= 80:
        groups.append(Audience(step.holder, (Role.HEAD, Role.LEAD)))
        groups.append(Audience(state.unit, (Role.HEAD,)))
    if step.percent >= 100:
        groups.append(Audience(state.lead, (Role.LEAD,)))
    if step.percent > 100:
        groups.append(Audience(state.discipline, (Role.SUPERVISOR,)))
    return groups
