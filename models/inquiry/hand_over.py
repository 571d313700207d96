"""移送: a possible crime or disciplinary matter goes to the competent authority (R73, R74; domain.md A9).

吃拿卡要 is handed over when it is opened. After a hand-over the subject gets no notice and no appeal here, so that
nobody can destroy evidence.
"""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.wording import Name, Text
from models.codes import InquiryStage, Role
from models.errors import conflict
from models.inquiry.aggregate import Inquiry
from models.inquiry.registry import act, applies
from models.ledger import Entry


@act(CommandName.HAND_OVER, Role.SUPERVISOR)
class HandOver(Act):
    """移送: to whom, why, under which number."""

    inquiry_id: Name
    to: Name
    reason: Text
    document_no: Name | None = None

    @classmethod
    def open(cls, inquiry: Inquiry, by: By) -> None:
        inquiry.require("移送", InquiryStage.OPEN)
        if inquiry.state.handed_over:
            raise conflict("该倒查已经移送")

    def decide(self, inquiry: Inquiry, ask: Ask) -> list[Draft]:
        detail = self.model_dump(exclude_none=True, exclude={"inquiry_id"})
        return [Draft(Action.HANDED_OVER, {**detail, "after": ask.facts.after})]


@applies(Action.HANDED_OVER)
def _handed_over(inquiry: Inquiry, entry: Entry) -> None:
    inquiry.state.handed_over = True
