"""指定承办、专员: naming the competent department where it is unclear, and an expert (R27, R33, R46)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Choice, Draft, Need, Offers, Room
from models.aggregate.limits import Limit, arm, settle
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.course import UNDER_WAY
from models.case.registry import act, applies, expires
from models.case.wording import Citations, Name, Text
from models.codes import Role, Stage, UnitKind
from models.errors import conflict, invalid
from models.ledger import Entry


@act(CommandName.SEEK_OWNER, Role.CLERK, Role.HEAD)
class SeekOwner(Act):
    """提请指定: nobody knows whose matter this is; it goes to the lead, who names one within the profile's limit."""

    room = Room.ONWARD

    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("提请指定承办部门", Stage.REGISTERED, *UNDER_WAY)
        if "owner" in case.state.limits:
            raise conflict("已提请牵头单位指定承办部门，正在等待")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.OWNER_SOUGHT, {**self.model_dump(), "to": case.state.lead})]


@applies(Action.OWNER_SOUGHT)
def _owner_sought(case: Case, entry: Entry) -> None:
    arm(case, "owner", entry.at, holder=case.state.lead)


@expires("owner", "指定承办部门时限", warns=True)
def _owner_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过指定承办部门时限")]


@act(CommandName.NAME_OWNER, Role.LEAD)
class NameOwner(Act):
    """指定承办: the lead names the competent department, and on which basis; assigning it is another act."""

    offers: ClassVar[Offers] = {"unit": Choice.DEPARTMENTS}
    room = Room.ONWARD

    unit: Name
    reason: Text
    basis: Citations = Field(default_factory=list)

    def units(self, case: Case) -> Iterable[str]:
        return [self.unit]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("指定承办部门", Stage.REGISTERED, *UNDER_WAY)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        fact = ask.facts.units.get(self.unit)
        if fact is None or fact.kind != UnitKind.DEPARTMENT or fact.district != case.state.district:
            raise invalid(f"{self.unit} 不是本区的部门，请选择本区部门；属其他区的请转办", "unit")
        return [Draft(Action.OWNER_NAMED, self.model_dump())]


@applies(Action.OWNER_NAMED)
def _owner_named(case: Case, entry: Entry) -> None:
    settle(case, "owner")
    case.state.owner = entry.detail


@act(CommandName.NAME_SPECIALIST, Role.HEAD, Role.LEAD)
class NameSpecialist(Act):
    """指定专员: somebody of the district's roster, for a skill of theirs."""

    needs = (Need.SPECIALISTS,)

    username: Name
    skill: Name

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("指定专员", Stage.REGISTERED, *UNDER_WAY)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        skills = ask.facts.specialists.get(self.username)
        if skills is None:
            raise invalid("不在本区专员名册中，请从名册中选择，或请管理员更新名册", "username")
        if self.skill not in skills:
            raise invalid(f"该专员登记的专长是：{'、'.join(skills)}", "skill")
        return [Draft(Action.SPECIALIST_NAMED, self.model_dump())]


@applies(Action.SPECIALIST_NAMED)
def _specialist_named(case: Case, entry: Entry) -> None:
    case.state.specialist = entry.detail
