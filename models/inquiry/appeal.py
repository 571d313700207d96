"""申诉、裁定申诉: the respondent's unit may appeal; another supervisor rules (SU6)."""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import settle
from models.case.wording import Name, Text
from models.codes import InquiryStage, ReviewDecision, Role
from models.errors import forbidden
from models.inquiry.aggregate import Inquiry
from models.inquiry.finding import closed
from models.inquiry.registry import act, applies
from models.ledger import Entry


def noticed(inquiry: Inquiry, unit: str) -> bool:
    """Whether this unit gets notice of the finding, which was against it; it sees inquiry and measure only."""
    state = inquiry.state
    if state.handed_over:
        return False
    return bool(state.substantiated and state.measure and any(each.unit == unit for each in state.respondents))


@act(CommandName.APPEAL, Role.HEAD, Role.LIAISON)
class Appeal(Act):
    """申诉: by head or liaison of the respondent's unit, within the limit."""

    to_the_accused = True

    inquiry_id: Name
    grounds: Text

    @classmethod
    def open(cls, inquiry: Inquiry, by: By) -> None:
        if not noticed(inquiry, by.unit):
            raise forbidden("没有可以由您单位申诉的事项")
        inquiry.require("申诉", InquiryStage.FOUND)

    def decide(self, inquiry: Inquiry, ask: Ask) -> list[Draft]:
        return [Draft(Action.APPEALED, {"grounds": self.grounds, "after": ask.facts.after})]


@applies(Action.APPEALED)
def _appealed(inquiry: Inquiry, entry: Entry) -> None:
    inquiry.state.stage = InquiryStage.APPEALED
    inquiry.state.appeal = {"unit": entry.unit, "grounds": entry.detail["grounds"]}
    settle(inquiry, "appeal")


@act(CommandName.RULE_APPEAL, Role.SUPERVISOR)
class RuleAppeal(Act):
    """裁定申诉: by a supervisor who did not find; the inquiry closes either way."""

    inquiry_id: Name
    decision: ReviewDecision
    reason: Text

    @classmethod
    def open(cls, inquiry: Inquiry, by: By) -> None:
        if not by.people.isdisjoint(inquiry.state.found_by):
            raise forbidden("作出认定的人不能裁定申诉，请由其他监督人员裁定")
        inquiry.require("裁定申诉", InquiryStage.APPEALED)

    def decide(self, inquiry: Inquiry, ask: Ask) -> list[Draft]:
        detail = self.model_dump(mode="json", exclude={"inquiry_id"})
        ruled = Draft(Action.APPEAL_RULED, {**detail, "after": ask.facts.after})
        return [ruled, closed("申诉已经裁定")]


@applies(Action.APPEAL_RULED)
def _appeal_ruled(inquiry: Inquiry, entry: Entry) -> None:
    """Overturning removes both the finding and the measure."""
    state = inquiry.state
    assert state.appeal
    state.appeal = {**state.appeal, "decision": entry.detail["decision"], "reason": entry.detail["reason"]}
    if entry.detail["decision"] == ReviewDecision.OVERTURN:
        state.overturned, state.substantiated, state.measure, state.proposal = True, False, None, False
