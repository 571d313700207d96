"""收回: recalls an unanswered task; given to the same department again, it keeps its date (contract.md, v2)."""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import key_of, settle
from models.case.aggregate import Case
from models.case.assignment import WITH_DEPARTMENT
from models.case.course import UNDER_WAY
from models.case.registry import act, applies
from models.case.wording import Text
from models.codes import AssignmentState, Role
from models.errors import conflict
from models.ledger import Entry


@act(CommandName.RECALL, Role.HEAD, Role.LEAD)
class Recall(Act):
    """收回: an unanswered task only; what was late with it stays late."""

    room = Room.ENDING

    assignment_id: str
    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("收回交办", *UNDER_WAY)
        if not any(a.state in WITH_DEPARTMENT for a in case.state.assignments):
            raise conflict("本案没有可以收回的交办：已经退回的由牵头单位裁定，已经反馈的无需收回")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assignment = case.assignment(self.assignment_id)
        if assignment.state not in WITH_DEPARTMENT:
            raise conflict(f"该交办现在是“{assignment.state.label}”，不能收回")
        return [Draft(Action.RECALLED, self.model_dump())]


@applies(Action.RECALLED)
def _recalled(case: Case, entry: Entry) -> None:
    assignment = case.assignment(entry.detail["assignment_id"])
    key = key_of("assignment", assignment.id)
    assignment.state = AssignmentState.WITHDRAWN
    assignment.recalled = case.state.limits.get(key) or case.state.lapsed.get(key)
    settle(case, "sign", assignment.id)
    settle(case, "assignment", assignment.id)
    settle(case, "ruling", f"extension:{assignment.id}")
