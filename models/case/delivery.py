"""送达: whether a department's system received a notice. The case only records the result (R31, IN4)."""

from __future__ import annotations

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, Draft, Room
from models.case.aggregate import Case
from models.case.course import UNDER_WAY
from models.case.registry import act, applies
from models.case.wording import Text
from models.codes import Code, Role
from models.ledger import Entry


class AdapterKind(Code):
    """How a department is reached (对接方式)."""

    INBOX = "inbox", "收件箱"
    HTTP = "http", "接口"
    EMAIL = "email", "邮件"


class DeliveryState(Code):
    """送达状态."""

    DELIVERED = "delivered", "送达"
    FAILED = "failed", "未送达"


RECORDED_AS = {DeliveryState.DELIVERED: Action.DELIVERED, DeliveryState.FAILED: Action.DELIVERY_FAILED}


@act(CommandName.REPORT_DELIVERY, Role.SYSTEM, after_merge=True)
class ReportDelivery(Act):
    """送达回报: a department's system received something, or could not be reached and the inbox has to do.

    When the case has ended meanwhile there is nobody left to tell, and nothing is recorded.
    """

    room = Room.FREE

    assignment_id: str
    state: DeliveryState
    adapter: AdapterKind
    detail: Text = Field(description="送达了什么；未送达的，说明原因")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = case.assignment(self.assignment_id)
        if case.state.stage not in UNDER_WAY:
            return []
        detail = {**self.model_dump(mode="json", exclude={"state"}), "unit": assignment.unit}
        if self.state is DeliveryState.FAILED:
            detail["to"] = case.state.unit
        return [Draft(RECORDED_AS[self.state], detail)]


@applies(Action.DELIVERED, silent=True)
def _delivered(case: Case, entry: Entry) -> None:
    case.assignment(entry.detail["assignment_id"]).delivery = DeliveryState.DELIVERED


@applies(Action.DELIVERY_FAILED, silent=True)
def _delivery_failed(case: Case, entry: Entry) -> None:
    case.assignment(entry.detail["assignment_id"]).delivery = DeliveryState.FAILED
