"""责成补救: a remedy owed before the case can be closed (R69). The reason stays with the inquiry."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, Draft, Room
from models.case.aggregate import Case
from models.case.measures import owe
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import ObligationKind, Role
from models.ledger import Entry, stamp_time


@act(CommandName.ORDER_REMEDY, Role.SYSTEM, after_merge=True)
class OrderRemedy(Act):
    """责成补救: an obligation of the unit named, with a limit of its own that outlives the closing."""

    room = Room.ENDING

    what: Text
    unit: Name
    working_days: Annotated[int, Field(ge=1, le=250)]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        obligation = {
            "id": f"o{len(case.state.obligations) + 1}",
            "kind": ObligationKind.REMEDY.value,
            "what": self.what,
            "working_days": self.working_days,
            "due_at": stamp_time(case.calendar.due(ask.now, self.working_days)),
        }
        return [Draft(Action.REMEDY_ORDERED, {"unit": self.unit, "obligation": obligation})]


@applies(Action.REMEDY_ORDERED)
def _remedy_ordered(case: Case, entry: Entry) -> None:
    owe(case, entry, entry.detail["obligation"], entry.detail["unit"])
