"""经办痕迹: records with every entry who dealt with the case, and when.

The doubt rules about people and the alert of an idle case use it (久无进展; SU3).
"""

from __future__ import annotations

from models.actions import Action
from models.aggregate import Draft
from models.aggregate.limits import Limit, arm_hours, settle
from models.case import clock
from models.case.aggregate import Case
from models.case.registry import after_each_entry, applies, expires
from models.codes import Role, Stage
from models.ledger import Entry

HANDLERS = frozenset({Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD})
"""Roles whose commands move a case; supervision only watches (R62)."""


@after_each_entry
def _leave(case: Case, entry: Entry) -> None:
    """Note who dealt with the case, and restart the idle limit."""
    state = case.state
    if entry.role in HANDLERS and not entry.detail.get("on_behalf"):
        if entry.actor not in state.actors:
            state.actors.append(entry.actor)
        if entry.action != Action.REGISTERED and state.contacted_at is None:
            state.contacted_at = entry.at
    _watch(case, entry)


def _watch(case: Case, entry: Entry) -> None:
    """Run the idle limit while the case waits for the office; never while it waits for the applicant."""
    hours, opening = case.policy.idle_hours, case.policy.opening_of_business
    if not hours or opening is None:
        return
    if case.state.stage is not Stage.REGISTERED and case.state.clock.state != clock.RUNNING:
        settle(case, "idle")
    elif entry.role in (*HANDLERS, Role.CITIZEN):
        arm_hours(case, "idle", entry.at, hours, opening, holder=case.state.unit)


@expires("idle", "久无进展", warns=True)
def _idle(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.IDLE_ALERTED, {"unit": limit.holder, "hours": limit.hours})]


@applies(Action.IDLE_ALERTED)
def _idle_alerted(case: Case, entry: Entry) -> None:
    """Alert the head once; the next act restarts the limit."""
