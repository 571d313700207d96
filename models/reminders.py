"""催办阶梯: who is reminded of a limit when half of it has gone, four fifths, all of it, and when it is overdue.

The steps are the profile's, in per cent of the limit's working time (base: 50, 80, 100, 120). Each is told once, in
business hours only, and only the highest that has come: nobody is told on Monday what was due on Saturday and again
what is due now (issue 4, 催办; features.md, DL6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from models.aggregate.limits import Limit
from models.case import CASE, Case
from models.codes import Role
from models.working_time import after, between

HANDLERS = (Role.CLERK, Role.LIAISON)
"""Who works on it at the unit that holds it; where such a unit has none, its head or lead."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder for one limit."""

    key: str
    """The limit's name within its case."""
    title: str
    holder: str
    """The unit that has to act."""
    start: datetime
    due: datetime
    percent: int
    at: datetime
    """When it comes."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a step is told: these roles, at the holder, the case's window, the lead bureau, the discipline office."""

    unit: str
    roles: tuple[Role, ...]


def steps(case: Case) -> list[Step]:
    """Every step of every limit that somebody of the office holds, of those that run and those that passed."""
    opening = case.policy.opening_of_business
    if opening is None or case.rests:
        return []
    found = []
    for key, limit in (*case.state.limits.items(), *case.state.lapsed.items()):
        rule = CASE.limit_rules[limit.kind]
        if rule.warns and limit.holder:
            found += _ladder(case, key, rule.title, limit, opening)
    return found


def _ladder(case: Case, key: str, title: str, limit: Limit, opening: time) -> list[Step]:
    if limit.hours:  # nobody promised anything by then: it is the head who is told, once it has passed
        return [Step(key, title, limit.holder, limit.start, limit.due, 100, limit.due)]
    whole = between(case.calendar, opening, limit.start, limit.due)
    found = []
    for percent in sorted(case.policy.setting("reminders")):
        at = limit.due if percent == 100 else after(case.calendar, opening, limit.start, whole * percent / 100)
        found.append(Step(key, title, limit.holder, limit.start, limit.due, percent, at))
    return found


def audience(case: Case, step: Step) -> list[Audience]:
    """Who is told of a step: the handlers; from 80 per cent the head, at 100 the lead, beyond it supervision too.

    That nothing has happened for long is told to the head alone (久无进展).
    """
    state = case.state
    if step.key == "idle":
        return [Audience(state.unit, (Role.HEAD,))]
    found = [Audience(step.holder, HANDLERS)]
    if step.percent >= 80:
        found.append(Audience(step.holder, (Role.HEAD, Role.LEAD)))
        found.append(Audience(state.unit, (Role.HEAD,)))
    if step.percent >= 100:
        found.append(Audience(state.lead, (Role.LEAD,)))
    if step.percent > 100:
        found.append(Audience(state.discipline, (Role.SUPERVISOR,)))
    return found
