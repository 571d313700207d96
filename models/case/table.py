"""到会、会签、踏勘: attendance, countersigning and site surveys (R44, R56; CO4)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.case.aggregate import Case
from models.case.consultation import OfSeat, find_consultation, open_consultation, still_open
from models.case.course import UNDER_WAY
from models.case.materials import require_own_assignment
from models.case.registry import act, applies
from models.case.wording import Citations, Name, Text
from models.codes import ConsultationState, Role
from models.errors import conflict
from models.ledger import Entry, stamp_time

People = Annotated[list[Name], Field(min_length=1, max_length=50)]


@act(CommandName.ATTEND, Role.LIAISON)
class Attend(OfSeat):
    """到会: who comes for the department, said or changed while the consultation is open."""

    room = Room.ENDING

    people: People

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        super().open(case, by)
        if not open_consultation(case):
            raise conflict("本案没有正在进行的会诊")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        still_open(self.seated(case, ask.by))
        return [Draft(Action.ATTENDED, self.model_dump())]


@applies(Action.ATTENDED)
def _attended(case: Case, entry: Entry) -> None:
    consultation = find_consultation(case, entry.detail["consultation_id"])
    others = [row for row in consultation.attendance if row["unit"] != entry.unit]
    consultation.attendance = [*others, {"unit": entry.unit, "people": entry.detail["people"]}]


@act(CommandName.COUNTERSIGN, Role.LIAISON)
class Countersign(OfSeat):
    """会签: the department's signature under the minutes, once, with its reservation if it has one."""

    room = Room.ENDING

    reservation: Text | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        super().open(case, by)
        if all(consultation.state is not ConsultationState.CONCLUDED for consultation in case.state.consultations):
            raise conflict("会诊尚未形成纪要，不能会签")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        consultation = self.seated(case, ask.by)
        if consultation.minutes is None or consultation.state is not ConsultationState.CONCLUDED:
            raise conflict("这一轮会诊没有可以会签的纪要")
        if any(signature["unit"] == ask.by.unit for signature in consultation.signatures):
            raise conflict("本部门已经会签")
        return [Draft(Action.COUNTERSIGNED, self.model_dump(exclude_none=True))]


@applies(Action.COUNTERSIGNED)
def _countersigned(case: Case, entry: Entry) -> None:
    signature = {"unit": entry.unit, "by": entry.actor, "at": stamp_time(entry.at)}
    if "reservation" in entry.detail:
        signature["reservation"] = entry.detail["reservation"]
    find_consultation(case, entry.detail["consultation_id"]).signatures.append(signature)


@act(CommandName.SURVEY, Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD)
class Survey(Act):
    """现场踏勘: where, who was there, what was found."""

    room = Room.FREE

    place: Name
    people: People
    findings: Text
    evidence: Citations = Field(default_factory=list)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("登记现场踏勘", *UNDER_WAY)
        seated = any(by.unit in consultation.departments for consultation in case.state.consultations)
        if not seated:
            require_own_assignment(case, by)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.SURVEYED, self.model_dump())]


@applies(Action.SURVEYED)
def _surveyed(case: Case, entry: Entry) -> None:
    """Only the ledger keeps a survey; opinions and measures cite it."""
