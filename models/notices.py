"""Notices to departments' systems (部门通知): derived from the ledger alone, so always the same."""

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
    """One notice to one department: everything it needs, nothing about the applicant."""

    case_no: str
    assignment_id: str
    seq: int
    """Its entry; of a case's notices the one with the larger number is later."""
    at: str
    event: NoticeEvent
    unit: str
    role: AssignmentRole
    task: str
    state: AssignmentState
    due_at: str
    matter: str
    more: dict[str, Any] = Field(default_factory=dict)
    """Fields of this kind of notice: the urging's text, the ruling, what ended or moved the task."""

    @property
    def delivery_id(self) -> str:
        """The notice's id as workflow, as Idempotency-Key and in mails (送达编号)."""
        return f"{self.case_no}/{self.assignment_id}/{self.seq}"

    @property
    def payload(self) -> dict[str, Any]:
        """The body that is sent (通知内容)."""
        fields = self.model_dump(mode="json", exclude={"more"})
        return {"delivery_id": self.delivery_id, **fields, **self.more}


MAY_NOTIFY = frozenset(CASE.appliers) - CASE.silent
"""Actions whose entries may cause a notice; the others are skipped."""


def notices(ledger: Sequence[Entry]) -> list[Notice]:
    """The notices that the ledger's last entry causes, one per department concerned."""
    *earlier, entry = ledger
    case = Case.from_entries(entry.case_no, earlier)
    known = {assignment.id for assignment in case.state.assignments}
    before = _running(case)
    case.apply(entry)
    now = _running(case)
    result = []
    for assignment in case.state.assignments:
        event = _event_for(entry, assignment, assignment.id in known, before.get(assignment.id), now.get(assignment.id))
        if event is not None:
            result.append(_notice(case, entry, assignment, *event))
    return result


def _running(case: Case) -> dict[str, datetime]:
    """Open tasks with their due dates; none while the case rests or has ended."""
    if case.state.merged_into or case.state.stage not in UNDER_WAY:
        return {}
    return {assignment.id: assignment.due for assignment in case.open_assignments()}


def _event_for(
    entry: Entry, assignment: Assignment, known: bool, before: datetime | None, now: datetime | None
) -> tuple[NoticeEvent, dict[str, Any]] | None:
    """What the entry means for one assignment, due `before` and `now` (None: not open)."""
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


def _notice(case: Case, entry: Entry, assignment: Assignment, event: NoticeEvent, extra: dict[str, Any]) -> Notice:
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
        more=extra,
    )
