"""What a department's own system has to hear (部门通知): taken from the ledger alone, so the same whenever asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from models.actions import ACTIONS
from models.case import CASE, Case
from models.case.course import UNDER_WAY
from models.case.notice import NoticeEvent
from models.case.parts import Assignment
from models.codes import AssignmentRole, AssignmentState
from models.ledger import Entry, stamp_time


class Notice(BaseModel):
    """One notice to one department. It says all that the department needs, and nothing of the applicant."""

    case_no: str
    assignment_id: str
    seq: int
    """The entry it comes from: of two notices of a case the one with the larger number is the later."""
    at: str
    event: NoticeEvent
    unit: str
    role: AssignmentRole
    task: str
    state: AssignmentState
    due_at: str
    matter: str
    more: dict[str, Any] = Field(default_factory=dict)
    """What only this sort of notice says: the urging's text, the ruling, what ended or moved the task."""

    @property
    def delivery_id(self) -> str:
        """Names the notice everywhere: as a workflow, as Idempotency-Key, in a mail (送达编号)."""
        return f"{self.case_no}/{self.assignment_id}/{self.seq}"

    @property
    def payload(self) -> dict[str, Any]:
        """What is sent (通知内容)."""
        said = self.model_dump(mode="json", exclude={"more"})
        return {"delivery_id": self.delivery_id, **said, **self.more}


TELLING = frozenset(CASE.appliers) - CASE.silent
"""Entries that may have something to tell a department: the others need not be looked at."""


def notices(ledger: Sequence[Entry]) -> list[Notice]:
    """What the last entry of this ledger means for departments: a notice for each that it concerns."""
    *earlier, entry = ledger
    case = Case.from_entries(entry.case_no, earlier)
    known = {assignment.id for assignment in case.state.assignments}
    before = _running(case)
    case.apply(entry)
    now = _running(case)
    found = []
    for assignment in case.state.assignments:
        said = _said(entry, assignment, assignment.id in known, before.get(assignment.id), now.get(assignment.id))
        if said is not None:
            found.append(_notice(case, entry, assignment, *said))
    return found


def _running(case: Case) -> dict[str, datetime]:
    """The tasks that departments have in hand, with their dates: none while the case rests or has ended."""
    if case.state.merged_into or case.state.stage not in UNDER_WAY:
        return {}
    return {assignment.id: assignment.due for assignment in case.open_assignments()}


def _said(
    entry: Entry, assignment: Assignment, known: bool, before: datetime | None, now: datetime | None
) -> tuple[NoticeEvent, dict[str, Any]] | None:
    """What the entry says of one assignment, due `before` and `now` (None: not in hand)."""
    mine = entry.detail.get("assignment_id") == assignment.id
    if not known:
        return NoticeEvent.ASSIGNMENT, {}
    if mine and entry.action in CASE.notices:
        return CASE.notices[entry.action](entry)
    cause = {"cause": ACTIONS[entry.action]}
    if before and not now:
        return NoticeEvent.WITHDRAWAL, cause
    if now and not before:
        return NoticeEvent.RESUMPTION, cause
    if before and now and before != now:
        return NoticeEvent.DEADLINE, {**cause, "due_before": stamp_time(before)}
    return None


def _notice(case: Case, entry: Entry, assignment: Assignment, event: NoticeEvent, more: dict[str, Any]) -> Notice:
    return Notice(
        case_no=case.state.case_no,
        assignment_id=assignment.id,
        seq=entry.seq,
        at=stamp_time(entry.at),
        event=event,
        unit=assignment.unit,
        role=assignment.role,
        task=assignment.task,
        state=assignment.state,
        due_at=stamp_time(assignment.due),
        matter=str(case.state.matter.get("name", "")),
        more=more,
    )
