"""上报、下派、转办、接收: hand-overs between levels and districts.

The clock never resets, the first receiver stays (R01, R02, R26, R47).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Choice, Draft, Offers, Room
from models.case.aggregate import Case
from models.case.course import BEFORE_RESOLVED, holds
from models.case.first_responsibility import await_arrival
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import Level, Role, UnitKind
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry


class _HandOver(Act):
    to_unit: Name
    reason: Text

    def units(self, case: Case) -> Iterable[str]:
        return [case.state.unit, self.to_unit]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("移交", *BEFORE_RESOLVED)
        if case.state.pending_transfer:
            raise conflict("案件正在转办、等待对方接收，不能再移交")


@act(CommandName.ESCALATE, Role.HEAD, Role.LEAD)
class Escalate(_HandOver):
    """上报: to the unit one level above, at once."""

    offers: ClassVar[Offers] = {"to_unit": Choice.WINDOWS}
    room = Room.ONWARD

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        own = ask.facts.units.get(case.state.unit)
        target = ask.facts.units.get(self.to_unit)
        if own is None or target is None or own.parent != self.to_unit or target.level == own.level:
            raise invalid("只能逐级上报：请选择本级窗口的上一级窗口", "to_unit")
        return [Draft(Action.ESCALATED, {**self.model_dump(), "from_unit": case.state.unit, "level": target.level})]


@act(CommandName.DELEGATE, Role.HEAD, Role.LEAD)
class Delegate(_HandOver):
    """下派: to a unit one level below, at once."""

    offers: ClassVar[Offers] = {"to_unit": Choice.WINDOWS}
    room = Room.ONWARD

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        own = ask.facts.units.get(case.state.unit)
        target = ask.facts.units.get(self.to_unit)
        if own is None or target is None or target.parent != case.state.unit or target.level == own.level:
            raise invalid("只能逐级下派：请选择本级窗口的下一级窗口", "to_unit")
        return [Draft(Action.DELEGATED, {**self.model_dump(), "from_unit": case.state.unit, "level": target.level})]


@applies(Action.ESCALATED, leaves=("转办单",))
def _escalated(case: Case, entry: Entry) -> None:
    hand_to(case, entry.detail["to_unit"], entry.detail["level"], entry.at)


@applies(Action.DELEGATED, leaves=("转办单",))
def _delegated(case: Case, entry: Entry) -> None:
    hand_to(case, entry.detail["to_unit"], entry.detail["level"], entry.at)


def hand_to(case: Case, unit: str, level: str, at: datetime) -> None:
    """Make another unit the holder; running limits go with the case, none restarts."""
    state, before = case.state, case.state.unit
    holds(case, unit, at)
    await_arrival(case, unit, at)
    state.unit, state.level = unit, Level(level)
    for limit in (*state.limits.values(), *state.lapsed.values()):
        if limit.holder == before:
            limit.holder = unit


@act(CommandName.TRANSFER, Role.HEAD, Role.LEAD)
class Transfer(_HandOver):
    """转办: to another district; until the receiver takes it the sender holds it."""

    offers: ClassVar[Offers] = {"to_unit": Choice.WINDOWS_ELSEWHERE}
    room = Room.ONWARD

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        target = ask.facts.units.get(self.to_unit)
        if target is None or target.kind != UnitKind.WINDOW or target.district == case.state.district:
            raise invalid("转办须选择其他区的窗口；本区内请用上报或下派", "to_unit")
        to = target.model_dump(include={"district", "level", "lead", "discipline"})
        return [Draft(Action.TRANSFERRED, {**self.model_dump(), "from_unit": case.state.unit, "to": to})]


@applies(Action.TRANSFERRED, leaves=("转办单",))
def _transferred(case: Case, entry: Entry) -> None:
    case.state.pending_transfer = entry.detail["to_unit"]


@act(CommandName.RECEIVE, Role.HEAD, Role.LEAD)
class Receive(Act):
    """接收: by the head of the window, or the lead of the district, that the case was transferred to."""

    room = Room.ENDING
    addressed = True

    def units(self, case: Case) -> Iterable[str]:
        return [case.state.pending_transfer or ""]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if not case.state.pending_transfer:
            raise conflict("本案没有等待接收的转办")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        to_unit = case.state.pending_transfer or ""
        target = ask.facts.units.get(to_unit)
        if target is None or ask.by.unit not in (to_unit, target.lead):
            raise forbidden("须由转入地的窗口负责人或牵头单位接收")
        to = target.model_dump(include={"district", "level", "lead", "discipline"})
        return [Draft(Action.RECEIVED, {"from_unit": case.state.unit, "to_unit": to_unit, "to": to})]


@applies(Action.RECEIVED)
def _received(case: Case, entry: Entry) -> None:
    state, to = case.state, entry.detail["to"]
    before = {state.lead: to["lead"], state.discipline: to["discipline"]}
    hand_to(case, entry.detail["to_unit"], to["level"], entry.at)
    state.pending_transfer = None
    state.district, state.lead, state.discipline = to["district"], to["lead"], to["discipline"]
    for limit in (*state.limits.values(), *state.lapsed.values()):
        limit.holder = before.get(limit.holder, limit.holder)
