"""抽查回头看: where a place samples, the monthly draw decides whether a case gets a look-back (SU5, R71)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import arm
from models.case.aggregate import Case
from models.case.registry import act, applies
from models.codes import Role, Stage
from models.errors import conflict
from models.ledger import Entry


@act(CommandName.DRAW_LOOK_BACK, Role.SYSTEM)
class DrawLookBack(Act):
    """抽签: the draw's month, its commitment, the case's number in it, and the share that is drawn."""

    room = Room.FREE

    month: str
    commitment: str
    ticket: Annotated[float, Field(ge=0, lt=1)]
    share: Annotated[float, Field(ge=0, le=1)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("抽签", Stage.ARCHIVED)
        if not case.state.awaits_draw:
            raise conflict("本案已经抽签，或不参加抽查")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.LOOK_BACK_DRAWN, {**self.model_dump(), "drawn": self.ticket < self.share})]


@applies(Action.LOOK_BACK_DRAWN)
def _look_back_drawn(case: Case, entry: Entry) -> None:
    case.state.awaits_draw = False
    if entry.detail["drawn"]:
        arm(case, "look_back", entry.at)
    else:
        case.state.spared = True
