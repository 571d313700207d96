"""The course of a case (办件进程): shared steps of stages, links and closing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from models.aggregate.limits import arm, settle
from models.case import clock
from models.case.doubts import doubts
from models.case.parts import Checkpoint, Held
from models.codes import AssignmentState, ConsultationState, Link, ObligationKind, ObligationState, Stage
from models.errors import conflict

if TYPE_CHECKING:
    from models.case.aggregate import Case

UNDER_WAY = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING)
"""Accepted and not yet resolved (在办)."""

BEFORE_RESOLVED = (Stage.REGISTERED, *UNDER_WAY)

_ENDS_WITH_HANDLING = frozenset(
    {
        "accept",
        "diagnose",
        "case",
        "materials",
        "objection",
        "review",
        "sign",
        "assignment",
        "ruling",
        "convening",
        "opinion",
        "progress",
        "owner",
    }
)
"""Limits that end when the case is resolved or withdrawn."""


def holds(case: Case, unit: str, at: datetime) -> None:
    """Make this unit the holder (持件); the previous span ends at the same instant, so there is no gap."""
    _let_go(case, at)
    case.state.held.append(Held(unit=unit, since=at))


def held_no_longer(case: Case, at: datetime) -> None:
    """End the holding and any pending transfer: the case has ended."""
    _let_go(case, at)
    case.state.pending_transfer = None


def _let_go(case: Case, at: datetime) -> None:
    held = case.state.held
    if held and held[-1].until is None:
        held[-1].until = at


def link_ends(case: Case, link: Link, at: datetime, findings: list[dict[str, str]] | None = None) -> None:
    """End one of the six links: its checkpoint waits for supervision, with the doubt rules' findings.

    Without a finding it clears itself after the profile's limit; with one, a supervisor must act.
    A link passed again after a reopening gets a new checkpoint.
    """
    checkpoints = case.state.checkpoints
    checkpoints[:] = [c for c in checkpoints if c.link != link]
    seen, signs = doubts(case, link, at)
    all_findings = [*(findings or []), *seen]
    checkpoints.append(Checkpoint(link=link, findings=all_findings, signs=signs))
    if all_findings:
        settle(case, "checkpoint", link.value)
    else:
        arm(case, "checkpoint", at, ref=link.value)


def link_has_ended(case: Case, link: Link) -> bool:
    """Whether this link has a checkpoint already."""
    return any(c.link == link for c in case.state.checkpoints)


def enter_handling(case: Case) -> None:
    """处理 begins with the first explanation, measure, signature or opinion."""
    if case.state.stage in (Stage.ACCEPTED, Stage.ASSIGNED):
        case.state.stage = Stage.HANDLING


def end_handling(case: Case, at: datetime) -> None:
    """End the case clock and all handling limits; promises and supervision continue."""
    clock.stop(case, at)
    held_no_longer(case, at)
    for consultation in case.state.consultations:
        if consultation.state is ConsultationState.OPEN:
            consultation.state = ConsultationState.CONCLUDED
    for limits in (case.state.limits, case.state.lapsed):
        for key in [key for key, limit in limits.items() if limit.kind in _ENDS_WITH_HANDLING]:
            del limits[key]


def close_as(case: Case, outcome: str, at: datetime) -> None:
    """Close the case (办结): the links 处理 and 办结 end, and the applicant may evaluate."""
    state = case.state
    state.stage, state.outcome, state.resolved_at = Stage.RESOLVED, outcome, at
    end_handling(case, at)
    for assignment in state.assignments:
        if assignment.state == AssignmentState.REPLIED:
            assignment.state = AssignmentState.CLOSED
    link_ends(case, Link.HANDLE, at)
    link_ends(case, Link.RESOLVE, at)


def require_nothing_waits(case: Case, open_children: list[str]) -> None:
    """Refuse (409) to close the case while one of these is open (contract, resolve)."""
    waiting = [a.unit for a in case.open_assignments() if not a.disputed]
    if waiting:
        raise conflict(f"还有交办未办复（{'、'.join(waiting)}），不能办结")
    promised = case.state.obligations
    if any(o.kind is ObligationKind.REMEDY and o.state is ObligationState.OPEN for o in promised):
        raise conflict("还有补救事项未完成，不能办结")
    if case.state.pending_transfer:
        raise conflict("案件正在转办、等待对方接收，不能办结")
    if open_children:
        raise conflict(f"群体件还有子件未办结（{'、'.join(open_children)}），不能办结")


def departments(case: Case) -> list[str]:
    """Departments with an assignment, a seat at the table or an obligation in the case."""
    state = case.state
    seats = [unit for consultation in state.consultations for unit in consultation.departments]
    return list(dict.fromkeys([a.unit for a in state.assignments] + seats + [o.unit for o in state.obligations]))
