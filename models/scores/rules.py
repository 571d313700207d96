"""Rules of points (记分规则): pure functions of a case before and after an entry.

The entry earns the point, not the outcome of the case; so a breach stays, whatever comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from models.actions import Action
from models.case import Case
from models.codes import Decision, ReplyResult, ReviewDecision
from models.ledger import Entry


class Earned(NamedTuple):
    """A point: by which rule, for whom, in which unit."""

    rule: str
    subject: str
    unit: str


Rule = Callable[[Case, Case, Entry], Iterable[Earned]]
_RULES: dict[str, Rule] = {}

GOOD_SCORES = (4, 5)
"""满意、非常满意 of the five (国办发〔2019〕51号)."""


Detail = dict[str, Any]
_WHEN: dict[str, Callable[[Detail], bool]] = {}


def _on(action: str, when: Callable[[Detail], bool] = lambda detail: True) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _RULES[action], _WHEN[action] = rule, when
        return rule

    return register


def may_earn(action: str, detail: Detail) -> bool:
    """Whether an entry may earn points, judged by the entry alone; for others the case need not be loaded."""
    return action in _WHEN and _WHEN[action](detail)


def earned(before: Case, after: Case, entry: Entry) -> list[Earned]:
    """The points earned by this entry."""
    if not may_earn(entry.action, entry.detail):
        return []
    return list(_RULES[entry.action](before, after, entry))


@_on(Action.OVERDUE)
def _overdue(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    detail, holder = entry.detail, entry.detail["holder"]
    if "assignment_id" in detail:
        yield Earned("late_task", holder, holder)
    elif "consultation_id" in detail:
        yield Earned("silent", holder, holder)
    else:
        yield Earned("late_case", holder, holder)


@_on(Action.CARDED, when=lambda detail: detail.get("limit") in ("accept", "diagnose"))
def _carded(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    yield Earned("late_start", entry.detail["unit"], entry.detail["unit"])


@_on(Action.RETURN_RULED, when=lambda detail: bool(detail["decision"] == Decision.DENY))
def _return_ruled(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    unit = after.assignment(entry.detail["assignment_id"]).unit
    yield Earned("return_denied", unit, unit)


@_on(Action.REPLIED)
def _replied(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    assignment = after.assignment(entry.detail["assignment_id"])
    if assignment.result == ReplyResult.DONE and not assignment.overdue:
        rule = "took_on" if assignment.outside_duties else "task_done"
        yield Earned(rule, assignment.unit, assignment.unit)


@_on(Action.REVIEWED, when=lambda detail: bool(detail["decision"] == ReviewDecision.OVERTURN))
def _reviewed(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    for was, now in zip(before.state.refusals, after.state.refusals, strict=True):
        if was.review is now.review:
            continue
        if "assignment_id" in entry.detail:
            yield Earned("cannot_overturned", now.unit, now.unit)
            return
        yield Earned("no_overturned", now.unit, now.unit)
        for person in now.by:
            yield Earned("own_no_overturned", person, now.unit)


@_on(Action.EVALUATED)
def _evaluated(before: Case, after: Case, entry: Entry) -> Iterable[Earned]:
    state = after.state
    if entry.detail["score"] in after.policy.poor_scores:
        yield Earned("poor_evaluation", state.unit, state.unit)
    elif entry.detail["score"] in GOOD_SCORES and not state.clock.overdue:
        yield Earned("done_well", state.unit, state.unit)
        yield Earned("saw_it_through", state.first_receiver, state.held[0].unit)


ACTIONS = frozenset(_RULES)
"""Actions that may earn points; the others are skipped."""
