"""否定报备: every refusal goes on the head's list and can be overturned there; nothing waits for it (CL5, R28).

A refusal is a decline, an explanation of 不能办, or a department's 不能办. Its issuer never reviews it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.aggregate import By
from models.aggregate.limits import arm, settle
from models.case.parts import Refusal
from models.codes import AssignmentState, RefusalKind, ReviewDecision
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, people_of

if TYPE_CHECKING:
    from models.case.aggregate import Case


def report(case: Case, entry: Entry, kind: RefusalKind, basis: list[str], ref: str = "") -> None:
    """Put a refusal on the list (报备)."""
    refusal = Refusal(seq=entry.seq, kind=kind, by=people_of(entry), unit=entry.unit, at=entry.at, ref=ref, basis=basis)
    case.state.refusals.append(refusal)


def note_answer(case: Case, entry: Entry) -> None:
    """Record that earlier cases got this very answer, where the API found so (雷同答复)."""
    if same := entry.detail.get("same_as_before"):
        case.state.answers.append({"unit": entry.unit, "same_as_before": same})


def newest(case: Case, kind: RefusalKind, ref: str = "") -> Refusal | None:
    """The newest refusal of this kind (of this assignment), or None."""
    mine = [refusal for refusal in case.state.refusals if refusal.kind is kind and refusal.ref == ref]
    return mine[-1] if mine else None


def require_reviewable(refusal: Refusal | None, by: By) -> Refusal:
    """The refusal, if this person may review it. Raises Refusal 409 and 403."""
    if refusal is None:
        raise conflict("没有可以复核的否定答复")
    if refusal.review is not None:
        raise conflict(f"该否定答复已经复核：{refusal.review.label}")
    if not by.people.isdisjoint(refusal.by):
        raise forbidden("作出否定答复的人不能复核自己的答复，请由其他负责人或牵头单位复核")
    return refusal


def refused_task(case: Case, assignment_id: str, by: By) -> Refusal:
    """The department's 不能办, while its reply stands. Raises Refusal 422, 409 and 403."""
    assignment = case.assignment(assignment_id)
    refusal = newest(case, RefusalKind.REPLY, assignment_id)
    if refusal is None:
        raise invalid("该交办没有反馈“不能办”，无需复核", "assignment_id")
    if assignment.state is not AssignmentState.REPLIED and refusal.review is None:
        raise conflict(f"该交办现在是“{assignment.state.label}”，不能复核")
    return require_reviewable(refusal, by)


def reviewed(case: Case, refusal: Refusal | None, decision: ReviewDecision) -> None:
    """Record the review of a refusal."""
    if refusal is not None:
        refusal.review = decision


def take_up_again(case: Case, assignment_id: str, entry: Entry) -> None:
    """Give a task back after its 不能办 was overturned, with its full limit again (推翻后重办)."""
    assignment = case.assignment(assignment_id)
    assignment.state, assignment.result, assignment.replied_at = AssignmentState.SIGNED, None, None
    settle(case, "assignment", assignment.id)
    limit = arm(case, "assignment", entry.at, holder=assignment.unit, ref=assignment.id, days=assignment.days)
    assignment.due = limit.due
