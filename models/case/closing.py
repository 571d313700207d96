"""办结: how a case is resolved (R39, R50)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, AtOnce, By, Draft, Need, Room
from models.aggregate.limits import arm
from models.case.aggregate import Case
from models.case.consultation import open_consultation
from models.case.course import UNDER_WAY, close_as, require_nothing_waits
from models.case.papers import issue
from models.case.registry import act, applies
from models.case.wording import Citations, Text
from models.codes import (
    Category,
    Outcome,
    Role,
)
from models.errors import conflict, invalid
from models.ledger import Entry


class Asks(BaseModel):
    """三问: what else to handle, what else is needed, what other problems (富阳, seed 001; R29)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    business: Text
    needs: Text
    problems: Text


@act(CommandName.RESOLVE, Role.CLERK, Role.HEAD, Role.LEAD)
class Resolve(Act):
    """办结: with its basis (依法依规), and not while anything named is open."""

    needs = (Need.OPEN_CHILDREN,)
    room = Room.FREE
    at_once = AtOnce.INDEX

    outcome: Outcome
    summary: Text
    basis: Annotated[Citations, Field(min_length=1)]
    evidence: Citations = Field(default_factory=list)
    asks: Asks | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("办结", *UNDER_WAY)
        state = case.state
        if state.category is None:
            raise conflict("请先分类诊断，再办结")
        if state.category is Category.CANNOT and state.explanation is None:
            raise conflict("诊断为“不能办”的，须先解释告知，再办结")
        if state.explanation and state.explanation["state"] == "objected":
            raise conflict("反映人的异议尚未复核，不能办结")
        if state.explanation and state.explanation["state"] == "overturned":
            raise conflict("解释已被推翻，请先重新诊断")
        if open_consultation(case):
            raise conflict("会诊尚未形成纪要，不能办结")
        require_nothing_waits(case, [])

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        require_nothing_waits(case, ask.facts.open_children)
        if case.policy.asks and self.asks is None:
            raise invalid("请填写三问：还要办理什么业务、还有什么需求、还有什么问题与困难", "asks")
        return [Draft(Action.RESOLVED, {**self.model_dump(mode="json", exclude_none=True), "document": "办结告知书"})]


@applies(Action.RESOLVED)
def _resolved(case: Case, entry: Entry) -> None:
    close_as(case, entry.detail["outcome"], entry.at)
    if "document" in entry.detail:
        issue(case, entry.detail["document"], entry)
    case.state.evaluation = None
    case.state.evaluation_rounds = 0
    arm(case, "evaluation", entry.at)
