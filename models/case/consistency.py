"""说明差异: why a case ended differently from similar ones (KB5; seed 001: “换一个人就换一套标准”)."""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need
from models.case.aggregate import Case
from models.case.registry import act, applies
from models.case.wording import Explanation, Name
from models.codes import Role
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time


@act(CommandName.EXPLAIN_DIFFERENCE, Role.HEAD, Role.LEAD)
class ExplainDifference(Act):
    """说明差异: beside which case, and what makes this one another."""

    needs = (Need.OTHER_CASE,)
    about = "other"

    other: Name
    reason: Explanation

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.outcome is None:
            raise conflict("案件还没有办结，没有可比的结果")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if self.other == case.state.case_no or self.other not in ask.facts.cases:
            raise invalid("没有这个案件，或不在您的查看范围内；请核对编号", "other")
        return [Draft(Action.DIFFERENCE_EXPLAINED, self.model_dump())]


@applies(Action.DIFFERENCE_EXPLAINED)
def _difference_explained(case: Case, entry: Entry) -> None:
    difference = {**entry.detail, "by": entry.actor, "at": stamp_time(entry.at)}
    case.state.differences = [*case.state.differences, difference]
