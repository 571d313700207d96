"""首问首接: the first receiver stays responsible, whoever holds the case (R22, R25, R26; IN4).

The first receiver never changes; a deputy stands in for one who has left. An applicant sent on to another window is
awaited there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need, Room
from models.case.aggregate import Case
from models.case.parts import Arrival
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import Role, Stage
from models.errors import conflict, invalid
from models.ledger import Entry


@act(CommandName.NAME_DEPUTY, Role.HEAD, Role.LEAD)
class NameDeputy(Act):
    """指定首接代理: somebody of the windows stands in for a first receiver who is away or has left."""

    needs = (Need.COLLEAGUES,)

    deputy: Name
    """A username."""
    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.stage is Stage.ARCHIVED:
            raise conflict("案件已归档，首接责任已经了结")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        state = case.state
        if self.deputy == state.first_receiver:
            raise invalid("首接责任人本人不能做自己的代理", "deputy")
        if self.deputy == current_deputy(case):
            raise conflict(f"{self.deputy} 已经是首接代理")
        if self.deputy not in ask.facts.colleagues:
            raise invalid("代理人须是承办窗口或其下级窗口的工作人员，请填写用户名", "deputy")
        return [Draft(Action.DEPUTY_NAMED, {**self.model_dump(), "first_receiver": state.first_receiver})]


@applies(Action.DEPUTY_NAMED)
def _deputy_named(case: Case, entry: Entry) -> None:
    deputies = case.state.first_receiver_deputies
    deputies.append({"deputy": entry.detail["deputy"], "by": entry.actor, "reason": entry.detail["reason"]})


def current_deputy(case: Case) -> str | None:
    """The first receiver's current deputy, or None."""
    deputies = case.state.first_receiver_deputies
    return deputies[-1]["deputy"] if deputies else None


def await_arrival(case: Case, unit: str, at: datetime) -> None:
    """Expect the applicant at another window, which confirms the arrival.

    A case begun under the first policies keeps no such list.
    """
    if case.policy.doubts:
        case.state.arrivals.append(Arrival(unit=unit, since=at))


@act(CommandName.CONFIRM_ARRIVAL, Role.CLERK)
class ConfirmArrival(Act):
    """到窗确认: the handed-over applicant is here; how many minutes that took is recorded."""

    room = Room.FREE

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        detail: dict[str, Any] = {"unit": ask.by.unit}
        for arrival in _awaited(case, ask.by.unit):
            took = ask.now - arrival.since
            return [Draft(Action.ARRIVAL_CONFIRMED, {**detail, "minutes": int(took.total_seconds() // 60)})]
        return [Draft(Action.ARRIVAL_CONFIRMED, detail)]


def _awaited(case: Case, unit: str) -> list[Arrival]:
    return [arrival for arrival in case.state.arrivals if arrival.unit == unit and arrival.at is None]


@applies(Action.ARRIVAL_CONFIRMED)
def _arrival_confirmed(case: Case, entry: Entry) -> None:
    for arrival in _awaited(case, entry.detail["unit"]):
        arrival.at = entry.at
