"""交办、签收、退回、反馈: tasks given to departments, each with its own limit (R10, R31, DL8, CO3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Choice, Draft, Need, Offers, Room
from models.aggregate.limits import Limit, arm, key_of, settle
from models.case import refusals
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.consultation import convened_by_itself, open_consultation
from models.case.course import UNDER_WAY, enter_handling, link_ends, link_has_ended
from models.case.parts import Assignment
from models.case.registry import act, applies, expires, issues, tells
from models.case.wording import MUST_EXPLAIN, Citations, Explanation, Name, Text, says_nothing
from models.codes import (
    AssignmentRole,
    AssignmentState,
    Link,
    RefusalKind,
    ReplyResult,
    ReturnGround,
    Role,
    Stage,
    UnitKind,
)
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, read_time, stamp_time

WITH_DEPARTMENT = (AssignmentState.SENT, AssignmentState.SIGNED)


class Task(BaseModel):
    """One task of an assignment (交办任务): 主办 or 协办."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    unit: Name
    role: AssignmentRole
    task: Text
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None


@act(CommandName.ASSIGN, Role.CLERK, Role.HEAD, Role.LEAD)
class Assign(Act):
    """交办: departments of the district only, each once among the open ones, exactly one lead among them."""

    needs = (Need.UNIT_COMPETENCE,)
    offers: ClassVar[Offers] = {"unit": Choice.DEPARTMENTS}
    room = Room.ONWARD

    assignments: Annotated[list[Task], Field(min_length=1, max_length=30)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("交办", *UNDER_WAY)
        if case.state.category is None:
            raise conflict("请先分类诊断，再交办")

    def units(self, case: Case) -> Iterable[str]:
        return [task.unit for task in self.assignments]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [assigned(case, ask, self.assignments)]


def assigned(case: Case, ask: Ask, tasks: list[Task]) -> Draft:
    """The entry that gives these tasks. Raises Refusal 422 when they do not fit the case.

    A disputed task does not count: only a conclusion assigns while one is open, and it withdraws it.
    """
    units = [task.unit for task in tasks]
    for task in tasks:
        fact = ask.facts.units.get(task.unit)
        if fact is None or fact.kind != UnitKind.DEPARTMENT or fact.district != case.state.district:
            raise invalid(f"{task.unit} 不是本区的部门，不能交办", "assignments")
    running = [a for a in case.open_assignments() if not a.disputed]
    if len(set(units)) != len(units) or set(units) & {a.unit for a in running}:
        raise invalid("同一部门不能重复交办：该部门已有未办结的交办", "assignments")
    roles = [a.role for a in running] + [task.role for task in tasks]
    if roles.count(AssignmentRole.LEAD) != 1:
        raise invalid("未办结的交办中须有且只有一个主办部门", "assignments")
    number, default = len(case.state.assignments), case.policy.days("assignment")
    given = []
    for offset, task in enumerate(tasks, start=1):
        days = task.working_days or default
        due, earlier = case.calendar.due(ask.now, days), _recalled(case, task.unit)
        detail = {**task.model_dump(mode="json"), "id": f"a{number + offset}", "working_days": days}
        if earlier and earlier.recalled and earlier.recalled.due < due:
            detail["keeps_date_of"], due = earlier.id, earlier.recalled.due
        detail["due_at"] = stamp_time(due)
        outside = ask.facts.units[task.unit].competent is False
        given.append({**detail, "outside_duties": True} if outside else detail)
    return Draft(Action.ASSIGNED, {"assignments": given})


def _recalled(case: Case, unit: str) -> Assignment | None:
    """The department's last task, if it was recalled (收回)."""
    last = next((a for a in reversed(case.state.assignments) if a.unit == unit), None)
    return last if last and last.recalled else None


def disputed(case: Case) -> list[Assignment]:
    """Tasks returned twice: the consultation decides who takes them."""
    return [a for a in case.state.assignments if a.disputed and a.state is AssignmentState.RETURNED]


@issues(Action.ASSIGNED)
def _one_paper_a_task(entry: Entry) -> Iterable[tuple[str, str]]:
    return [("交办单", task["id"]) for task in entry.detail["assignments"]]


@applies(Action.ASSIGNED)
def _assigned(case: Case, entry: Entry) -> None:
    if case.state.stage is Stage.ACCEPTED:
        case.state.stage = Stage.ASSIGNED
    for task in entry.detail["assignments"]:
        due = read_time(task["due_at"])
        assignment = Assignment(
            id=task["id"],
            unit=task["unit"],
            role=AssignmentRole(task["role"]),
            task=task["task"],
            days=task["working_days"],
            sent_at=entry.at,
            due=due,
            outside_duties=task.get("outside_duties", False),
        )
        case.state.assignments.append(assignment)
        arm(case, "sign", entry.at, holder=assignment.unit, ref=assignment.id)
        arm(case, "assignment", entry.at, holder=assignment.unit, ref=assignment.id, days=assignment.days)
        if "keeps_date_of" in task and (limit := case.assignment(task["keeps_date_of"]).recalled):
            case.state.limits[key_of("assignment", assignment.id)] = limit.model_copy(update={"ref": assignment.id})


@expires("sign", "签收时限", warns=True)
def _sign_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    urged = Draft(Action.URGED, {"assignment_id": limit.ref, "unit": limit.holder, "text": "请尽快签收交办任务"})
    return [urged, red_card(limit.holder, "超过签收时限")]


@expires("assignment", "交办办理时限", warns=True)
def _assignment_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    overdue = Draft(
        Action.OVERDUE, {"assignment_id": limit.ref, "holder": limit.holder, "due_at": stamp_time(limit.due)}
    )
    return [overdue, red_card(limit.holder, "超过交办办理时限")]


class OfAssignment(Act):
    """Base of a department's commands on its own task, while that is in one of `states`."""

    states: ClassVar[tuple[AssignmentState, ...]]
    assignment_id: str

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        own = [a for a in case.state.assignments if a.unit == by.unit]
        if not own:
            raise forbidden("本部门在本案没有交办，不能办理")
        case.require_stage("办理交办", *UNDER_WAY)
        if not any(a.state in cls.states for a in own):
            raise conflict(f"本部门的交办现在是“{own[-1].state.label}”，不能执行此操作")

    def own(self, case: Case, by: By) -> Assignment:
        """The named assignment, if it is this department's and in one of `states`."""
        assignment = case.assignment(self.assignment_id)
        if assignment.unit != by.unit:
            raise forbidden("这项交办不是本部门的，不能办理")
        if assignment.state not in self.states:
            raise conflict(f"该交办现在是“{assignment.state.label}”，不能执行此操作")
        return assignment


@act(CommandName.SIGN, Role.LIAISON)
class Sign(OfAssignment):
    """签收: the first signature ends the link 交办 and begins 处理."""

    room = Room.ENDING

    states = (AssignmentState.SENT,)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        self.own(case, ask.by)
        return [Draft(Action.SIGNED, self.model_dump())]


@applies(Action.SIGNED)
def _signed(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    assignment.state = AssignmentState.SIGNED
    settle(case, "sign", assignment.id)
    if not link_has_ended(case, Link.ASSIGN):
        link_ends(case, Link.ASSIGN, entry.at)
    enter_handling(case)


@act(CommandName.RETURN, Role.LIAISON)
class Return(OfAssignment):
    """退回: with ground and reason; the case clock runs on, the lead rules."""

    needs = (Need.UNIT_DUTIES,)
    room = Room.ONWARD

    states = WITH_DEPARTMENT
    ground: ReturnGround
    reason: Explanation
    suggested_unit: Name | None = None
    duty: Name | None = None
    """The entry of a duty list that shows whose task it is (职责清单条目), needed where a list is loaded."""

    def units(self, case: Case) -> Iterable[str]:
        own = [a.unit for a in case.state.assignments if a.id == self.assignment_id]
        return [*own, self.suggested_unit] if self.suggested_unit else own

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = self.own(case, ask.by)
        self._check_duty(ask)
        detail = self.model_dump(mode="json", exclude_none=True)
        if open_consultation(case) or not _returned_before(case, assignment):
            return [Draft(Action.RETURNED, detail)]
        lead = [a.unit for a in case.open_assignments() if a.role is AssignmentRole.LEAD]
        suggested = ask.facts.units.get(self.suggested_unit or "")
        if suggested and suggested.kind == UnitKind.DEPARTMENT and suggested.district == case.state.district:
            lead.append(str(self.suggested_unit))
        units = list(dict.fromkeys([assignment.unit, *lead]))
        question = {"reason": f"“{assignment.task}”由谁承办"}
        why = "同一任务两次被退回，按规定立即召集"
        return [Draft(Action.RETURNED, {**detail, "disputed": True}), convened_by_itself(case, question, why, units)]

    def _check_duty(self, ask: Ask) -> None:
        """“不归我管” must cite a duty list entry (CO3), of the department itself or of the suggested one."""
        listed = [unit.duties for unit in ask.facts.units.values() if unit.duties is not None]
        if self.ground is not ReturnGround.NOT_COMPETENT or not listed:
            return
        if self.duty is None:
            raise invalid("以不属职责为由退回的，须引用职责清单中的条目", "duty")
        if not any(self.duty in codes for codes in listed):
            raise invalid("职责清单中没有这个条目，请核对编号", "duty")


def _returned_before(case: Case, assignment: Assignment) -> bool:
    """Whether this task was returned before, by this department or another."""
    return any(a.returns and a.task == assignment.task for a in case.state.assignments)


@applies(Action.RETURNED, leaves=("退回申请单",))
def _returned(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    assignment.before_return, assignment.state = assignment.state, AssignmentState.RETURNED
    assignment.returns += 1
    settle(case, "sign", assignment.id)
    if entry.detail.get("disputed"):
        assignment.disputed = True
        settle(case, "assignment", assignment.id)
        settle(case, "ruling", f"extension:{assignment.id}")
        return
    arm(case, "ruling", entry.at, holder=case.state.lead, ref=f"return:{assignment.id}")


@act(CommandName.REPLY, Role.LIAISON)
class Reply(OfAssignment):
    """反馈: a cannot needs a legal basis and an explanation; needs_meeting asks the lead to convene."""

    needs = (Need.SAME_ANSWERS,)
    about = "content"
    room = Room.ENDING

    states = (AssignmentState.SIGNED,)
    result: ReplyResult
    content: Text
    legal_basis: Citations = Field(default_factory=list)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        self.own(case, ask.by)
        if self.result is ReplyResult.CANNOT:
            if says_nothing(self.content):
                raise invalid(MUST_EXPLAIN, "content")
            if not self.legal_basis:
                raise invalid("反馈“不能办”须引用法律法规或政策依据", "legal_basis")
        detail = self.model_dump(mode="json")
        if ask.facts.same_answers:
            detail["same_as_before"] = ask.facts.same_answers
        if self.result is ReplyResult.NEEDS_MEETING:
            detail["to"] = case.state.lead
        return [Draft(Action.REPLIED, detail)]


@tells(Action.REPLIED)
def _nothing_new(entry: Entry) -> None:
    """No notice: the department itself replied."""


@applies(Action.REPLIED)
def _replied(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    assignment.state, assignment.result = AssignmentState.REPLIED, entry.detail["result"]
    assignment.replied_at = entry.at
    if assignment.result == ReplyResult.CANNOT:
        refusals.report(case, entry, RefusalKind.REPLY, entry.detail["legal_basis"], assignment.id)
    refusals.note_answer(case, entry)
    settle(case, "assignment", assignment.id)
    settle(case, "ruling", f"extension:{assignment.id}")
