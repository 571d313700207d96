"""裁定退回、申请延期、裁定延期: the lead's rulings on a task; the asking department never rules (R10, DL8, CO3)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.case.aggregate import Case
from models.case.assignment import WITH_DEPARTMENT, OfAssignment
from models.case.cards import red_card
from models.case.course import UNDER_WAY
from models.case.notice import NoticeEvent
from models.case.parts import Assignment, Extension
from models.case.registry import act, applies, expires, tells
from models.case.wording import Text
from models.codes import (
    AssignmentState,
    Decision,
    Role,
)
from models.errors import conflict, invalid
from models.ledger import Entry, read_time, stamp_time


@expires("ruling", "退回与延期裁定时限", warns=True)
def _ruling_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过裁定时限，退回或延期申请尚未裁定")]


class _Rule(Act):
    assignment_id: str
    decision: Decision
    reason: Text


@act(CommandName.RULE_RETURN, Role.LEAD)
class RuleReturn(_Rule):
    """裁定退回: grant withdraws the assignment, deny puts it back to what it was."""

    room = Room.ENDING

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("裁定退回", *UNDER_WAY)
        if not any(a.state is AssignmentState.RETURNED and not a.disputed for a in case.state.assignments):
            raise conflict("本案没有待裁定的退回")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = case.assignment(self.assignment_id)
        if assignment.state is not AssignmentState.RETURNED:
            raise conflict("该交办没有待裁定的退回")
        if assignment.disputed:
            raise conflict("该任务两次被退回，由会诊决定，无需裁定")
        return [Draft(Action.RETURN_RULED, self.model_dump(mode="json"))]


def _ruling(request: str, entry: Entry) -> tuple[NoticeEvent, dict[str, Any]]:
    """The notice to a department of the ruling on its request."""
    ruling = {name: entry.detail[name] for name in ("decision", "reason")}
    return NoticeEvent.RULING, {"ruling": {"on": request, **ruling}}


@tells(Action.RETURN_RULED)
def _return_told(entry: Entry) -> tuple[NoticeEvent, dict[str, Any]]:
    return _ruling("return", entry)


@tells(Action.EXTENSION_RULED)
def _extension_told(entry: Entry) -> tuple[NoticeEvent, dict[str, Any]]:
    return _ruling("extension", entry)


@applies(Action.RETURN_RULED)
def _return_ruled(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    settle(case, "ruling", f"return:{assignment.id}")
    if entry.detail["decision"] == Decision.GRANT:
        assignment.state = AssignmentState.WITHDRAWN
        settle(case, "assignment", assignment.id)
        settle(case, "ruling", f"extension:{assignment.id}")
        return
    assignment.state = assignment.before_return or AssignmentState.SENT
    if assignment.state is AssignmentState.SENT:
        arm(case, "sign", entry.at, holder=assignment.unit, ref=assignment.id)


@act(CommandName.EXTEND, Role.LIAISON)
class Extend(OfAssignment):
    """申请延期: once, before expiry, at most the profile's days; ruled on by the lead (DL8)."""

    room = Room.ONWARD

    states = WITH_DEPARTMENT
    working_days: Annotated[int, Field(ge=1)]
    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        super().open(case, by)
        if not any(a.unit == by.unit and a.state in cls.states and not a.extensions for a in case.state.assignments):
            raise conflict("每项交办只能申请一次延期")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = self.own(case, ask.by)
        if assignment.extensions:
            raise conflict("每项交办只能申请一次延期")
        if ask.now >= assignment.due:
            raise conflict("延期须在到期前申请，该交办已经到期")
        most = case.policy.days("extension")
        if self.working_days > most:
            raise invalid(f"延期最多 {most} 个工作日", "working_days")
        return [Draft(Action.EXTENDED, self.model_dump())]


@applies(Action.EXTENDED)
def _extended(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    assignment.extensions.append(Extension(working_days=entry.detail["working_days"], reason=entry.detail["reason"]))
    arm(case, "ruling", entry.at, holder=case.state.lead, ref=f"extension:{assignment.id}")


@act(CommandName.RULE_EXTENSION, Role.LEAD)
class RuleExtension(_Rule):
    """裁定延期: moves only the assignment it was asked for, counted on from its own date."""

    room = Room.ENDING

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("裁定延期", *UNDER_WAY)
        if not any(_awaits_extension(a) for a in case.open_assignments()):
            raise conflict("本案没有待裁定的延期申请")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = case.assignment(self.assignment_id)
        if assignment not in case.open_assignments() or not _awaits_extension(assignment):
            raise conflict("该交办没有待裁定的延期申请")
        due = assignment.due
        if self.decision is Decision.GRANT:
            due = case.calendar.due(assignment.due, assignment.extensions[-1].working_days)
        before = stamp_time(assignment.due)
        detail = {**self.model_dump(mode="json"), "due_before": before, "due_at": stamp_time(due)}
        return [Draft(Action.EXTENSION_RULED, detail)]


def _awaits_extension(assignment: Assignment) -> bool:
    return bool(assignment.extensions) and assignment.extensions[-1].decision is None


@applies(Action.EXTENSION_RULED, leaves=("延期审批单",))
def _extension_ruled(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    assignment.extensions[-1].decision = entry.detail["decision"]
    settle(case, "ruling", f"extension:{assignment.id}")
    if entry.detail["decision"] == Decision.GRANT:
        before, days = assignment.due, assignment.extensions[-1].working_days
        assignment.due, assignment.days = read_time(entry.detail["due_at"]), assignment.days + days
        if entry.at < assignment.due:
            arm(
                case,
                "assignment",
                before,
                holder=assignment.unit,
                ref=assignment.id,
                days=days,
                total=assignment.days,
            )
