"""另辟路径: another lawful way to what the applicant needs, and its legality review (R49 to R51).

Example: 天津东丽 approved 特殊工时 for delivery riders (seed 001). 依法依规 stays the minimum.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.case.aggregate import Case
from models.case.course import UNDER_WAY
from models.case.materials import require_own_assignment
from models.case.registry import act, applies
from models.case.wording import Citations, Text
from models.codes import Decision, Role
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, people_of, stamp_time


@act(CommandName.PROPOSE_ALTERNATIVE, Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD)
class ProposeAlternative(Act):
    """提出其他合法途径: what instead, why it serves, and on which legal basis."""

    path: Text
    reason: Text
    legal_basis: Annotated[Citations, Field(min_length=1)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("提出其他途径", *UNDER_WAY)
        require_own_assignment(case, by)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        number = f"p{len(case.state.alternatives) + 1}"
        return [Draft(Action.ALTERNATIVE_PROPOSED, {"id": number, **self.model_dump()})]


@applies(Action.ALTERNATIVE_PROPOSED)
def _alternative_proposed(case: Case, entry: Entry) -> None:
    case.state.alternatives.append(
        {**entry.detail, "by": entry.actor, "people": people_of(entry), "unit": entry.unit, "decision": None}
    )


@act(CommandName.SIGN_OFF, Role.LEAD)
class SignOff(Act):
    """合法性审核: by the lead's legal officer, never by who proposed."""

    room = Room.ENDING

    alternative_id: str
    decision: Decision
    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("审核其他途径", *UNDER_WAY)
        if all(alternative["decision"] for alternative in case.state.alternatives):
            raise conflict("没有待合法性审核的其他途径")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        alternative = next((each for each in case.state.alternatives if each["id"] == self.alternative_id), None)
        if alternative is None:
            raise invalid(f"本案没有编号为 {self.alternative_id} 的其他途径，请刷新后重选", "alternative_id")
        if not ask.by.people.isdisjoint(alternative["people"]):
            raise forbidden("提出的人不能审核自己的方案，请由他人审核")
        if alternative["decision"]:
            raise conflict("该途径已经审核")
        return [Draft(Action.ALTERNATIVE_RULED, self.model_dump(mode="json"))]


@applies(Action.ALTERNATIVE_RULED)
def _alternative_ruled(case: Case, entry: Entry) -> None:
    detail = entry.detail
    for alternative in case.state.alternatives:
        if alternative["id"] == detail["alternative_id"]:
            ruling = {"decision": detail["decision"], "ruled_by": entry.actor, "ruling": detail["reason"]}
            alternative.update(ruling, ruled_at=stamp_time(entry.at))
