"""进度 (PU1, DL10): the applicant's view of a case in words: phase, holders, due date and why.

Three public phases, 发现 · 研究 · 解决, cover the six links of supervision. Supervision and inquiries are not shown.
"""

from dataclasses import dataclass
from datetime import date, datetime

from models.calendar import ONE_DAY, beijing_date
from models.case import Case
from models.case import clock as case_clock
from models.case.parts import Span
from models.codes import Stage

PHASES = (
    ("发现", "登记、受理", (Stage.REGISTERED, Stage.ACCEPTED)),
    ("研究", "诊断、交办、会诊", (Stage.ASSIGNED, Stage.HANDLING)),
    ("解决", "办结、评价", (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED)),
)
"""Each phase's public name, its content and its stages."""

ENDED_EARLY = {Stage.DECLINED: "不予受理", Stage.WITHDRAWN: "已撤回"}


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: `now` if the case is in it, `done` if it is past."""

    name: str
    what: str
    now: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day up to the due date: counted or not, and why."""

    day: date
    counted: bool
    why: str


def phases(case: Case) -> list[Phase]:
    """The three phases of this case. A case that ended early stays in the phase where it ended."""
    stage = _stage_of(case)
    here = next((place for place, (_, _, stages) in enumerate(PHASES) if stage in stages), 0)
    return [Phase(name, what, place == here, place < here) for place, (name, what, _) in enumerate(PHASES)]


def _stage_of(case: Case) -> Stage:
    ended = {"declined": Stage.REGISTERED, "withdrawn": Stage.RESOLVED}
    return ended.get(str(case.state.outcome), case.state.stage)


def headline(case: Case) -> str:
    """The state in one line."""
    state = case.state
    if state.outcome in ("declined", "withdrawn"):
        return ENDED_EARLY[Stage(state.outcome)]
    if state.clock.state == case_clock.PAUSED:
        return "等您补交材料"
    if state.explanation and state.explanation["state"] == "given" and state.resolved_at is None:
        return "已经向您解释，等您表示认可或提出异议"
    if state.stage is Stage.REGISTERED:
        return "已登记，等待受理"
    if state.stage is Stage.ACCEPTED:
        return "已受理，正在研究怎么办"
    if state.stage in (Stage.ASSIGNED, Stage.HANDLING):
        return "正在办理"
    if state.stage is Stage.RESOLVED:
        return "已办结，请您评价"
    return "已办结"


def holders(case: Case) -> list[str]:
    """Units working on it now: the window and departments with an open task."""
    tasks = [assignment.unit for assignment in case.open_assignments()]
    return list(dict.fromkeys([case.state.unit, *tasks]))


def days_to(case: Case) -> list[Day]:
    """Each day from the clock's start to the due date; empty while there is no due date."""
    clock, calendar = case.state.clock, case.calendar
    if clock.start is None or clock.due is None or clock.state == case_clock.PAUSED:
        return []
    days, day = [], beijing_date(clock.start)
    while day < beijing_date(clock.due):
        day += ONE_DAY
        paused = any(_covers(span, calendar.close_of(day)) for span in clock.paused)
        if not calendar.is_workday(day):
            days.append(Day(day, False, calendar.why_off(day)))
        elif paused:
            days.append(Day(day, False, "等待补正材料，暂停计时"))
        else:
            days.append(Day(day, True, "工作日"))
    return days


def _covers(span: Span, at: datetime) -> bool:
    return span.since <= at and (span.until is None or at < span.until)
