"""提出一类事: a standard solution drafted from this case (R61, R78, R79; KB1). `models/solution` takes it further."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, AtOnce, By, Draft
from models.case.aggregate import Case
from models.case.registry import act, applies
from models.case.wording import Citations, Name, Text
from models.codes import Role, Stage
from models.errors import conflict
from models.ledger import Entry, stamp_time


class Rule(BaseModel):
    """What to do when the same comes again: for what, in which steps, with which papers, on which basis."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Name
    applies_to: Text
    steps: Annotated[Citations, Field(min_length=1)]
    materials: Citations = Field(default_factory=list)
    legal_basis: Citations = Field(default_factory=list)


@act(CommandName.PROPOSE_SOLUTION, Role.CLERK, Role.HEAD, Role.LEAD)
class ProposeSolution(Act, Rule):
    """提出一类事: a draft; one title once a case."""

    at_once = AtOnce.OPEN_SOLUTIONS

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.stage in (Stage.REGISTERED, Stage.DECLINED, Stage.WITHDRAWN):
            raise conflict(f"案件现在是“{case.state.stage.label}”，没有可以总结的办法")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [proposed(case, self)]


def proposed(case: Case, rule: Rule, *, from_consultation: str | None = None) -> Draft:
    """The entry that proposes a draft. Raises Refusal 409 for a title that this case already proposed."""
    if any(draft["title"] == rule.title for draft in case.state.solutions):
        raise conflict(f"本案已经提出过“{rule.title}”，请直接完善该草案")
    content = {name: getattr(rule, name) for name in Rule.model_fields}
    origin = {"consultation_id": from_consultation} if from_consultation else {}
    return Draft(Action.SOLUTION_PROPOSED, {"id": _next_id(case), **content, **origin})


def _next_id(case: Case) -> str:
    return f"{case.state.case_no}-Y{len(case.state.solutions) + 1}"


@applies(Action.SOLUTION_PROPOSED)
def _solution_proposed(case: Case, entry: Entry) -> None:
    case.state.solutions.append(
        {**entry.detail, "state": "draft", "by": entry.actor, "unit": entry.unit, "at": stamp_time(entry.at)}
    )
