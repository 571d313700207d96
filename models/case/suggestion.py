"""采用建议、不采用: the answer to a suggested earlier case or published solution (R80, R81; KB2)."""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.aggregate import Case
from models.case.course import BEFORE_RESOLVED
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import Role, SuggestionUse
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time


@act(CommandName.ANSWER_SUGGESTION, Role.CLERK, Role.HEAD, Role.LEAD)
class AnswerSuggestion(Act):
    """处理建议: what somebody else did before is taken up, or it does not fit, and why."""

    ref: Name
    """The number of the suggested case or solution."""
    decision: SuggestionUse
    reason: Text | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.stage not in BEFORE_RESOLVED:
            raise conflict(f"案件现在是“{case.state.stage.label}”，不再需要办法建议")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if self.decision is SuggestionUse.NOT_USED and not self.reason:
            raise invalid("请写明为什么不适用：换一个人不能换一套标准", "reason")
        return [Draft(Action.SUGGESTION_ANSWERED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.SUGGESTION_ANSWERED)
def _suggestion_answered(case: Case, entry: Entry) -> None:
    answer = {**entry.detail, "by": entry.actor, "at": stamp_time(entry.at)}
    others = [each for each in case.state.suggestions_answered if each["ref"] != answer["ref"]]
    case.state.suggestions_answered = [*others, answer]
