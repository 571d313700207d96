"""预警、超期、督办、催办: warnings, cards and orders to holders of a case or task (contract.md, Supervision)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.consultation import fell_silent
from models.case.course import UNDER_WAY, departments
from models.case.notice import NoticeEvent
from models.case.parts import Card, Supervision
from models.case.registry import act, applies, expires, tells
from models.case.wording import Text
from models.codes import CardColour, Role, Stage
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, stamp_time

MOST_CARDS = 60
"""The case keeps so many cards, the newest; the ledger keeps all."""


@applies(Action.WARNED, silent=True)
def _warned(case: Case, entry: Entry) -> None:
    case.state.limits[entry.detail["limit"]].warn = None
    _give_card(case, CardColour.YELLOW, entry)


@applies(Action.CARDED, silent=True)
def _carded(case: Case, entry: Entry) -> None:
    _give_card(case, CardColour.RED, entry)


def _give_card(case: Case, colour: CardColour, entry: Entry) -> None:
    card = Card(colour=colour, unit=entry.detail["unit"], reason=entry.detail["reason"], at=entry.at)
    case.state.cards = [*case.state.cards, card][-MOST_CARDS:]


@expires("case", "办理时限", warns=True)
def _case_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    order = _order(
        case, limit.holder, "案件已超过答复时限，请说明原因并尽快答复反映人", case.policy.days("supervision")
    )
    return [
        Draft(Action.OVERDUE, {"due_at": stamp_time(limit.due), "holder": limit.holder}),
        red_card(limit.holder, "超过对反映人承诺的答复时限"),
        Draft(Action.SUPERVISED, order),
    ]


@applies(Action.OVERDUE)
def _overdue(case: Case, entry: Entry) -> None:
    ref = entry.detail.get("assignment_id")
    if ref:
        case.assignment(ref).overdue = True
    elif "consultation_id" in entry.detail:
        fell_silent(case, entry)
    else:
        case.state.clock.overdue = case.state.clock.late = True


def _order(case: Case, to_unit: str, requirement: str, days: int) -> dict[str, object]:
    number = f"s{len(case.state.supervisions) + 1}"
    return {"id": number, "to_unit": to_unit, "requirement": requirement, "working_days": days}


@act(CommandName.SUPERVISE, Role.SUPERVISOR, Role.LEAD)
class Supervise(Act):
    """督办: an order to a unit that has a part in the case, with its own limit."""

    to_unit: Annotated[str, Field(min_length=1)]
    requirement: Text
    working_days: Annotated[int, Field(ge=1, le=60)]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        units = {case.state.unit, case.state.lead, *departments(case)}
        if self.to_unit not in units:
            raise invalid("只能向承办本案的窗口、部门或牵头单位督办", "to_unit")
        return [Draft(Action.SUPERVISED, _order(case, self.to_unit, self.requirement, self.working_days))]


@applies(Action.SUPERVISED, leaves=("督办单",))
def _supervised(case: Case, entry: Entry) -> None:
    detail = entry.detail
    limit = arm(case, "supervision", entry.at, holder=detail["to_unit"], ref=detail["id"], days=detail["working_days"])
    order = Supervision(id=detail["id"], to_unit=detail["to_unit"], requirement=detail["requirement"], due=limit.due)
    case.state.supervisions.append(order)


@expires("supervision", "督办答复时限", warns=True)
def _supervision_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过督办时限未答复")]


@act(CommandName.ANSWER_SUPERVISION, Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD)
class AnswerSupervision(Act):
    """督办答复: by the unit addressed."""

    room = Room.ENDING

    id: str
    answer: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        addressed = [order for order in case.state.supervisions if order.to_unit == by.unit]
        if case.state.supervisions and not addressed:
            raise forbidden("督办单由被督办单位答复")
        if all(order.answer is not None for order in addressed):
            raise conflict("没有等待本单位答复的督办单")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        order = next((s for s in case.state.supervisions if s.id == self.id), None)
        if order is None:
            raise invalid(f"本案没有编号为 {self.id} 的督办单", "id")
        if order.to_unit != ask.by.unit:
            raise forbidden("督办单由被督办单位答复")
        if order.answer is not None:
            raise conflict("该督办单已经答复")
        return [Draft(Action.SUPERVISION_ANSWERED, self.model_dump())]


@applies(Action.SUPERVISION_ANSWERED)
def _supervision_answered(case: Case, entry: Entry) -> None:
    for order in case.state.supervisions:
        if order.id == entry.detail["id"]:
            order.answer = entry.detail["answer"]
    settle(case, "supervision", entry.detail["id"])


@act(CommandName.URGE, Role.CLERK, Role.HEAD, Role.LEAD, Role.SUPERVISOR)
class Urge(Act):
    """催办: of one assignment, or of whoever holds the case."""

    room = Room.FREE

    assignment_id: str | None = None
    text: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("催办", Stage.REGISTERED, *UNDER_WAY)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        unit = case.state.unit
        if self.assignment_id:
            assignment = case.assignment(self.assignment_id)
            if assignment not in case.open_assignments():
                raise conflict("该交办已经办复或撤销，无需催办")
            unit = assignment.unit
        return [Draft(Action.URGED, {**self.model_dump(exclude_none=True), "unit": unit})]


@tells(Action.URGED)
def _urging(entry: Entry) -> tuple[NoticeEvent, dict[str, Any]]:
    return NoticeEvent.URGE, {"text": entry.detail["text"]}


@applies(Action.URGED)
def _urged(case: Case, entry: Entry) -> None:
    """Only the ledger keeps an urging."""
