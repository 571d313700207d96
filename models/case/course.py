"""The course of a case (办件进程): what several acts share about stages, closing and papers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from models.case import clock
from models.case.limits import arm, settle
from models.case.state import Checkpoint, Document
from models.codes import AssignmentState, Link, Stage
from models.ledger import Entry

if TYPE_CHECKING:
    from models.case.aggregate import Case

UNDER_WAY = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING)
"""Accepted and not yet resolved (在办)."""

BEFORE_RESOLVED = (Stage.REGISTERED, *UNDER_WAY)

_ENDS_WITH_HANDLING = frozenset(
    {"accept", "diagnose", "case", "materials", "objection", "review", "sign", "assignment", "ruling"}
)


def link_ends(case: Case, link: Link, at: datetime, findings: list[dict[str, str]] | None = None) -> None:
    """A link of the six ends here: its checkpoint waits for supervision.

    Without a finding it clears itself after the profile's limit; with one a supervisor must act.
    A link passed again (after a reopening) is watched again.
    """
    checkpoints = case.state.checkpoints
    checkpoints[:] = [c for c in checkpoints if c.link != link]
    checkpoints.append(Checkpoint(link=link, findings=findings or []))
    if findings:
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
    """The case clock and every limit of the handling end; promises and supervision go on."""
    clock.stop(case, at)
    limits = case.state.limits
    for key in [key for key, limit in limits.items() if limit.kind in _ENDS_WITH_HANDLING]:
        del limits[key]


def close_as(case: Case, outcome: str, at: datetime) -> None:
    """办结: the handling and resolving links end, and the applicant may evaluate."""
    state = case.state
    state.stage, state.outcome, state.resolved_at = Stage.RESOLVED, outcome, at
    end_handling(case, at)
    for assignment in state.assignments:
        if assignment.state == AssignmentState.REPLIED:
            assignment.state = AssignmentState.CLOSED
    link_ends(case, Link.HANDLE, at)
    link_ends(case, Link.RESOLVE, at)


def issue(case: Case, kind: str, entry: Entry) -> None:
    """Number a paper that this entry issues (文书编号)."""
    no = f"{case.state.case_no}-W{len(case.state.documents) + 1:02d}"
    case.state.documents.append(Document(kind=kind, no=no, seq=entry.seq))
