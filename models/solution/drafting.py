"""起草、修改、征求意见、同意: drafting a solution and asking for consent (R78, R84; KB2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm, settle
from models.case.wording import Explanation, Name, Text
from models.codes import Position, Role, SolutionStage
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, people_of, stamp_time
from models.solution.aggregate import Solution
from models.solution.registry import act, applies, expires
from models.solution.state import Content

DAYS_TO_CONSENT = 5
"""Working days for a department's consent. 本系统约定: 没有查到上位规定；默示不算同意。"""


@act(CommandName.DRAFT_SOLUTION, Role.CLERK, Role.HEAD, Role.LEAD, Role.SYSTEM)
class DraftSolution(Act):
    """起草: from a case, a consultation, or by hand."""

    content: Content
    departments: Annotated[list[Name], Field(max_length=30)] = Field(default_factory=list)
    of_case: str = ""
    consultation_id: str | None = None
    author: str = ""
    """The proposer, where the system opens the draft for somebody."""
    unit: str = ""
    edition: int = 1
    district: Name
    lead: Name
    rules: Name
    profile: Name
    profile_version: int
    calendar: Text

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        if solution.state.seq:
            raise conflict("该一类事已经起草")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.SOLUTION_DRAFTED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.SOLUTION_DRAFTED)
def _solution_drafted(solution: Solution, entry: Entry) -> None:
    body, state = DraftSolution.model_validate(entry.detail), solution.state
    for name in ("content", "of_case", "consultation_id", "edition", "district", "lead"):
        setattr(state, name, getattr(body, name))
    for name in ("rules", "profile", "profile_version", "calendar"):
        setattr(state, name, getattr(body, name))
    state.authors = [body.author] if body.author else people_of(entry)
    state.unit = body.unit or entry.unit
    _ask_for_consent(solution, body.departments, entry)


def _ask_for_consent(solution: Solution, departments: list[str], entry: Entry) -> None:
    tasked = [task.unit for task in solution.state.content.tasks] if solution.state.content else []
    solution.state.consents = dict.fromkeys([*departments, *tasked])
    for unit in solution.state.consents:
        arm(solution, "consent", entry.at, holder=unit, ref=unit, days=DAYS_TO_CONSENT)


@expires("consent", "征求意见", warns=True)
def _no_word(solution: Solution, limit: Limit, key: str) -> list[Draft]:
    return [
        Draft(Action.OVERDUE, {"unit": limit.holder, "due_at": stamp_time(limit.due), "reason": "征求意见逾期未回复"})
    ]


@act(CommandName.REVISE, Role.CLERK, Role.HEAD, Role.LEAD)
class Revise(Act):
    """修改: new words, of which everybody is asked anew; a version in force stays so until the next is published."""

    content: Content
    departments: Annotated[list[Name], Field(max_length=30)] = Field(default_factory=list)
    reason: Text

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        if solution.state.stage is SolutionStage.RETIRED:
            raise conflict("该一类事已经废止，请另行起草")
        if by.role is not Role.LEAD and by.unit != solution.state.unit:
            raise forbidden("只有起草单位和牵头单位可以修改")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.REVISED, self.model_dump(mode="json"))]


@applies(Action.REVISED)
def _revised(solution: Solution, entry: Entry) -> None:
    body, state = Revise.model_validate(entry.detail), solution.state
    for unit in state.consents:
        settle(solution, "consent", unit)
    state.content, state.authors, state.unit = body.content, people_of(entry), entry.unit
    state.stage, state.review = SolutionStage.DRAFT, None
    _ask_for_consent(solution, body.departments, entry)


@act(CommandName.CONSENT, Role.LIAISON)
class Consent(Act):
    """部门意见: a department agrees, or says why not. Silence is no consent."""

    position: Position
    opinion: Explanation | None = None

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        solution.require("再提意见", SolutionStage.DRAFT, SolutionStage.REVIEWED)
        if by.unit not in solution.state.consents:
            raise forbidden("没有征求贵部门的意见")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        if self.position is Position.NONE:
            raise invalid("请选择同意、有条件同意或不同意", "position")
        if self.position is not Position.AGREE and not self.opinion:
            raise invalid("有条件同意或不同意的，请写明理由和修改意见", "opinion")
        return [Draft(Action.CONSENTED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.CONSENTED)
def _consented(solution: Solution, entry: Entry) -> None:
    solution.state.consents[entry.unit] = {**entry.detail, "by": entry.actor, "at": stamp_time(entry.at)}
    settle(solution, "consent", entry.unit)
