"""便民措施、容缺、承诺、特事特办: help for difficult matters, and the promises it leaves.

R08, R36, R37, R53.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need, Room
from models.aggregate.limits import Limit, arm, moved, settle
from models.case import clock
from models.case.aggregate import Case
from models.case.consultation import find_consultation
from models.case.course import UNDER_WAY, enter_handling
from models.case.materials import require_own_assignment
from models.case.parts import Obligation
from models.case.registry import act, applies, expires, issues
from models.case.wording import Name, Text
from models.codes import MeasureKind, ObligationKind, ObligationState, Role
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, read_time, stamp_time

Days = Annotated[int, Field(ge=1, le=250)]


@act(CommandName.MEASURE, Role.CLERK, Role.HEAD, Role.LIAISON)
class Measure(Act):
    """便民措施: 容缺 and 承诺 leave an obligation with its own limit, which outlives the closing."""

    needs = (Need.BREACHES,)
    room = Room.ONWARD

    kind: MeasureKind
    detail: Text
    who: Name | None = None
    result: Text | None = None
    items: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)
    working_days: Days | None = None
    statement: Text | None = None
    verify_working_days: Days | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("采取便民措施", *UNDER_WAY)
        require_own_assignment(case, by)
        if case.state.category is None:
            raise conflict("请先分类诊断，再采取便民措施")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        detail = self.model_dump(mode="json", exclude_defaults=True)
        if self.kind is MeasureKind.TOLERATE:
            if not self.items or not self.working_days:
                raise invalid("容缺受理须列明缺少的材料和补齐期限", "working_days" if self.items else "items")
            detail["obligation"] = self._promise(case, ask, "、".join(self.items), self.working_days)
        elif self.kind is MeasureKind.COMMITMENT:
            if not self.statement or not self.verify_working_days:
                missing = "verify_working_days" if self.statement else "statement"
                raise invalid("告知承诺须写明承诺内容和核查期限", missing)
            detail["obligation"] = self._promise(case, ask, self.statement, self.verify_working_days)
        return [Draft(Action.MEASURED, detail)]

    def _promise(self, case: Case, ask: Ask, what: str, days: int) -> dict[str, object]:
        """国办发〔2020〕42号: not for applicants with a broken promise, until their credit is repaired."""
        broken = any(is_broken_promise(o) for o in case.state.obligations)
        if broken or ask.facts.breaches:
            raise invalid("反映人有未履行承诺的记录，不适用容缺受理和告知承诺，请改用其他便民措施", "kind")
        return {
            "id": f"o{len(case.state.obligations) + 1}",
            "kind": self.kind.value,
            "what": what,
            "working_days": days,
            "due_at": stamp_time(case.calendar.due(ask.now, days)),
        }


OF_MEASURES = {
    MeasureKind.TOLERATE: ("容缺受理通知书", "容缺受理承诺书"),
    MeasureKind.COMMITMENT: ("告知承诺书",),
}
"""The papers that a measure issues (文书)."""


@issues(Action.MEASURED)
def _papers_of_measure(entry: Entry) -> Iterable[tuple[str, str]]:
    return [(kind, "") for kind in OF_MEASURES.get(MeasureKind(entry.detail["kind"]), ())]


@applies(Action.MEASURED)
def _measured(case: Case, entry: Entry) -> None:
    enter_handling(case)
    if promise := entry.detail.get("obligation"):
        owe(case, entry, promise, entry.unit)
    asked = case.state.materials
    if entry.role == Role.HEAD and asked and asked.expired and not asked.submitted:
        clock.resume(case, entry.at)  # the head has decided to go on without the materials


def is_broken_promise(obligation: Obligation) -> bool:
    """Whether the applicant broke a promise. A remedy does not count: the office owes it."""
    return obligation.state is ObligationState.BREACHED and obligation.kind is not ObligationKind.REMEDY


def owe(case: Case, entry: Entry, promise: dict[str, object], unit: str) -> None:
    """Record a promise with its own limit (承诺台账)."""
    obligation = Obligation(
        id=str(promise["id"]),
        kind=ObligationKind(str(promise["kind"])),
        unit=unit,
        what=str(promise["what"]),
        due=read_time(str(promise["due_at"])),
    )
    case.state.obligations.append(obligation)
    arm(case, "obligation", entry.at, ref=obligation.id, days=int(str(promise["working_days"])))


@expires("obligation", "承诺期限", warns=False)
def _promise_broken(case: Case, limit: Limit, key: str) -> list[Draft]:
    reason = "到期未履行，已告知牵头单位"
    return [Draft(Action.BREACHED, {"obligation_id": limit.ref, "detail": reason, "to": case.state.lead})]


class _Settle(Act):
    obligation_id: str
    detail: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        waiting = [o for o in case.state.obligations if o.state is ObligationState.OPEN]
        if not waiting:
            raise conflict("本案没有待履行的承诺事项")
        if by.role == Role.LIAISON and not any(o.unit == by.unit for o in waiting):
            raise forbidden("本案的承诺事项不由本部门跟进")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        obligation = next((o for o in case.state.obligations if o.id == self.obligation_id), None)
        if obligation is None:
            raise invalid(f"本案没有编号为 {self.obligation_id} 的承诺事项", "obligation_id")
        if ask.by.role == Role.LIAISON and obligation.unit != ask.by.unit:
            raise forbidden("该承诺事项不由本部门跟进")
        if obligation.state is not ObligationState.OPEN:
            raise conflict(f"该承诺事项已经{obligation.state.label}")
        return [Draft(RECORDED_AS[self.command], self.model_dump())]


@act(CommandName.FULFIL, Role.CLERK, Role.LIAISON)
class Fulfil(_Settle):
    """履行: the promise was kept."""

    room = Room.ENDING


@act(CommandName.BREACH, Role.CLERK, Role.LIAISON)
class Breach(_Settle):
    """违约: the promise was broken, or the commitment proved false; it goes on the applicant's record."""

    room = Room.ENDING


RECORDED_AS = {CommandName.FULFIL: Action.FULFILLED, CommandName.BREACH: Action.BREACHED}


@applies(Action.FULFILLED)
def _fulfilled(case: Case, entry: Entry) -> None:
    _end(case, entry, ObligationState.FULFILLED)


@applies(Action.BREACHED)
def _breached(case: Case, entry: Entry) -> None:
    _end(case, entry, ObligationState.BREACHED)


def _end(case: Case, entry: Entry, state: ObligationState) -> None:
    for obligation in case.state.obligations:
        if obligation.id == entry.detail["obligation_id"]:
            obligation.state = state
    settle(case, "obligation", entry.detail["obligation_id"])


@act(CommandName.EXPEDITE, Role.HEAD, Role.LEAD)
class Expedite(Act):
    """特事特办: each running limit becomes the earlier of two dates, never a later one."""

    room = Room.ONWARD

    reason: Text
    working_days: Annotated[int, Field(ge=1, le=60)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("加急", *UNDER_WAY)
        if case.state.clock.state != clock.RUNNING:
            raise conflict("案件时钟没有在走（停表或已答复），不能加急")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        due = case.calendar.due(ask.now, self.working_days)
        current = case.state.clock.due
        assert current is not None
        if due > current:
            raise invalid("加急只能提前，不能延后：请填写更短的期限", "working_days")
        return [Draft(Action.EXPEDITED, {**self.model_dump(), "due_at": stamp_time(due), "before": moved(case)})]


_HASTENED = ("diagnose", "sign", "assignment", "opinion")


@applies(Action.EXPEDITED, leaves=("特事特办审批单",))
def _expedited(case: Case, entry: Entry) -> None:
    hasten(case, entry.detail["working_days"], read_time(entry.detail["due_at"]), entry.at)


def hasten(case: Case, days: int, due: datetime, at: datetime) -> None:
    """Bring the case clock and running limits forward to `due`; earlier ones stay."""
    clock.hasten(case, days, at)
    for limit in list(case.state.limits.values()):
        if limit.kind in _HASTENED and due < limit.due:
            hastened = arm(case, limit.kind, at, holder=limit.holder, ref=limit.ref, days=days)
            for assignment in case.state.assignments:
                if limit.kind == "assignment" and assignment.id == limit.ref:
                    assignment.due = hastened.due
            if limit.kind == "opinion":
                find_consultation(case, limit.ref.partition("/")[0]).due = hastened.due
