"""Worklist (等办事项): a case's pending items by post, in words. Pure; a view, not a rule."""

from datetime import datetime

from models.calendar import ONE_DAY, beijing_date
from models.case import Case
from models.case import clock as case_clock
from models.case.consultation import open_consultation
from models.case.course import departments
from models.codes import AssignmentState, CheckpointState, ConsultationState, Role, Stage

WINDOW = (Role.CLERK, Role.HEAD)


def worklist(case: Case) -> dict[str, list[str]]:
    """The case's pending items by post (`post_of`), as its row keeps them (`waits`)."""
    state = case.state
    by_post = {post_of(Role.CLERK, state.unit): _window(case)}
    for unit in departments(case):
        by_post[post_of(Role.LIAISON, unit)] = _department(case, unit)
    by_post[post_of(Role.LEAD, state.district)] = _lead(case)
    by_post[post_of(Role.SUPERVISOR, state.district)] = _supervisor(case)
    return {post: list(dict.fromkeys(words)) for post, words in by_post.items() if words}


def post_of(role: Role, place: str) -> str:
    """A post (岗位): a role at a unit, or in a district. A window's clerks and heads share one."""
    return f"{Role.CLERK if role in WINDOW else role}:{place}"


def _window(case: Case) -> list[str]:
    state, items = case.state, []
    if state.stage is Stage.REGISTERED:
        items.append("待受理")
    elif state.stage is Stage.ACCEPTED and state.category is None:
        items.append("待诊断")
    if state.explanation and state.explanation["state"] == "objected":
        items.append("待复核异议")
    if state.materials and state.materials.expired and state.clock.state == case_clock.PAUSED:
        items.append("材料逾期，待负责人决定")
    if state.rectification and state.rectification["state"] == "open":
        items.append("差评待联系、整改")
    if any(a.state is AssignmentState.REPLIED for a in state.assignments) and not case.open_assignments():
        items.append("部门已反馈，待办结")
    return items


def _department(case: Case, unit: str) -> list[str]:
    names = {AssignmentState.SENT: "待签收", AssignmentState.SIGNED: "待反馈"}
    items = [names[a.state] for a in case.state.assignments if a.unit == unit and a.state in names]
    table = open_consultation(case)
    if table and unit in table.departments and unit not in {opinion.unit for opinion in table.opinions}:
        items.append("待发表会诊意见")
    return items


def _lead(case: Case) -> list[str]:
    items = ["退回待裁定" for a in case.state.assignments if a.state is AssignmentState.RETURNED]
    items += ["延期待裁定" for a in case.state.assignments for e in a.extensions if e.decision is None]
    if any(table.state is ConsultationState.OPEN for table in case.state.consultations):
        items.append("会诊中，待形成纪要")
    return items


def _supervisor(case: Case) -> list[str]:
    items = ["检查点有疑点，待核签" for c in case.state.checkpoints if c.state is CheckpointState.FLAGGED]
    if case.state.look_back_due:
        items.append("待回头看")
    return items


def urgency(stage: str, clock_state: str, due: datetime | None, now: datetime, *, overdue: bool) -> str:
    """The urgency of a case's own clock: overdue, soon (due by tomorrow), or calm."""
    runs_to = due if clock_state == case_clock.RUNNING else None
    late = overdue or (runs_to is not None and runs_to <= now)
    if late and stage not in (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED):
        return "overdue"
    return "soon" if runs_to and beijing_date(runs_to) <= beijing_date(now) + ONE_DAY else "calm"
