"""适用一类事: applies a published solution to this case (R80, R81; KB3).

The case's own ledger keeps the version's text, so later versions change nothing here.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need, Room
from models.aggregate.limits import moved
from models.case import clock
from models.case.aggregate import Case
from models.case.assignment import Task, assigned
from models.case.course import UNDER_WAY
from models.case.measures import hasten
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import Role, SuggestionUse
from models.errors import conflict, invalid
from models.ledger import Entry, read_time, stamp_time


class Deviation(BaseModel):
    """A step that is left out or done otherwise in this case, and why (偏离)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    step: Annotated[int, Field(ge=1, le=50)]
    why: Text


@act(CommandName.APPLY_SOLUTION, Role.CLERK, Role.HEAD, Role.LEAD)
class ApplySolution(Act):
    """适用: its tasks are given, its limit holds where it is the earlier one; a deviation needs a reason."""

    needs = (Need.SOLUTION, Need.UNIT_COMPETENCE)
    about = "solution_id"
    room = Room.ONWARD

    solution_id: Name
    deviations: Annotated[list[Deviation], Field(max_length=50)] = Field(default_factory=list)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("适用一类事", *UNDER_WAY)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        solution = ask.facts.solution
        if solution is None:
            raise invalid("没有这个一类事，或者它没有生效的版本；请核对编号", "solution_id")
        if any(each["solution_id"] == self.solution_id for each in case.state.applied):
            raise conflict("本案已经适用这个一类事")
        content = solution["content"]
        for deviation in self.deviations:
            if deviation.step > len(content["steps"]):
                raise invalid(f"办法只有 {len(content['steps'])} 步，请核对步骤序号", "deviations")
        tasks = [Task.model_validate(task) for task in content.get("tasks", ())]
        if tasks and case.state.category is None:
            raise conflict("这个一类事要交办部门，请先分类诊断")
        detail = {"solution_id": self.solution_id, **solution, "deviations": self.model_dump()["deviations"]}
        drafts = [Draft(Action.SOLUTION_APPLIED, {**detail, **self._limit(case, ask, content)})]
        return [*drafts, assigned(case, ask, tasks)] if tasks else drafts

    @staticmethod
    def _limit(case: Case, ask: Ask, content: dict[str, Any]) -> dict[str, Any]:
        days, running = content.get("working_days"), case.state.clock.state == clock.RUNNING
        if not days or not running or case.state.clock.due is None:
            return {}
        due = case.calendar.due(ask.now, days)
        if due >= case.state.clock.due:
            return {}
        return {"working_days": days, "due_at": stamp_time(due), "before": moved(case)}


@applies(Action.SOLUTION_APPLIED, leaves=("一类事办理单",))
def _solution_applied(case: Case, entry: Entry) -> None:
    detail = entry.detail
    kept = {name: detail[name] for name in ("solution_id", "no", "version", "deviations")}
    by = {"by": entry.actor, "unit": entry.unit, "at": stamp_time(entry.at)}
    case.state.applied.append({**kept, "title": detail["content"]["title"], **by})
    answer = {"ref": detail["solution_id"], "decision": SuggestionUse.USED.value, **by}
    others = [each for each in case.state.suggestions_answered if each["ref"] != answer["ref"]]
    case.state.suggestions_answered = [*others, answer]
    if detail.get("due_at"):
        hasten(case, detail["working_days"], read_time(detail["due_at"]), entry.at)
