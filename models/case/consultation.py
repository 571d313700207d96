"""会诊、联席会议: the departments at one table, each obliged to give an opinion (R41, R42, R55, R56, CO1, CO2).

A round is one element of `consultations`. A department that stays silent until its end is recorded as silent.
`conclusion.py` ends a round.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.calendar import ONE_DAY, beijing_date
from models.case import clock
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.course import UNDER_WAY, enter_handling, link_ends, link_has_ended
from models.case.parts import Consultation, Opinion
from models.case.registry import act, applies, expires
from models.case.wording import Citations, Name, Text
from models.codes import Category, ConsultationKind, ConsultationState, Issue, Link, Position, Role, Stage, UnitKind
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, stamp_time


def open_consultation(case: Case) -> Consultation | None:
    """The open consultation, if any."""
    last = case.state.consultations[-1] if case.state.consultations else None
    return last if last and last.state is ConsultationState.OPEN else None


def find_consultation(case: Case, ref: str) -> Consultation:
    """The consultation with that id; 422 when the case has none."""
    for consultation in case.state.consultations:
        if consultation.id == ref:
            return consultation
    raise invalid(f"本案没有编号为 {ref} 的会诊，请刷新后重选", "consultation_id")


def still_open(consultation: Consultation) -> Consultation:
    """The consultation, if it is open; 409 otherwise."""
    if consultation.state is not ConsultationState.OPEN:
        raise conflict(f"这一轮会诊{consultation.state.label}，不能再办理")
    return consultation


# -- 召集 -----------------------------------------------------------------------------------------------


@act(CommandName.CONVENE, Role.LEAD, Role.HEAD)
class Convene(Act):
    """召集: one at a time, departments of the district (for a cross-region case, of any).

    Whoever convenes a complex case (特别复杂) thereby approves the longer limit; `approval` is the reason given for it.
    """

    room = Room.ONWARD

    kind: ConsultationKind
    departments: Annotated[list[Name], Field(min_length=1, max_length=30)]
    question: Text
    complex: bool | None = None
    approval: Text | None = None
    place: Name | None = None
    meets_at: Name | None = None

    def units(self, case: Case) -> Iterable[str]:
        return self.departments

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("召集会诊", *UNDER_WAY)
        if case.state.category is None:
            raise conflict("请先分类诊断，再召集会诊")
        if open_consultation(case):
            raise conflict("已有一场会诊在进行，请先形成纪要")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if len(set(self.departments)) != len(self.departments):
            raise invalid("同一部门只需召集一次", "departments")
        check_departments(case, ask, self.departments, case.state.diagnosis.get("issue"))
        diagnosed = bool(case.state.diagnosis.get("complex"))
        is_complex = diagnosed if self.complex is None else self.complex
        why = (self.approval or str(case.state.diagnosis.get("reason", ""))) if is_complex else ""
        extra = {"why": why, "convened_by": ask.by.unit, "place": self.place, "meets_at": self.meets_at}
        return [convened(case, self.kind, self.departments, self.question, is_complex, extra)]


def check_departments(case: Case, ask: Ask, units: list[str], issue: str | None) -> None:
    """Refuse (422) units that are not departments of this district; a cross-region case may name other districts'."""
    for unit in units:
        fact = ask.facts.units.get(unit)
        here = fact is not None and (fact.district == case.state.district or issue == Issue.CROSS_REGION)
        if fact is None or fact.kind != UnitKind.DEPARTMENT or not here:
            raise invalid(f"{unit} 不是本区的部门，不能参加会诊", "departments")


def convened(
    case: Case,
    kind: ConsultationKind,
    departments: list[str],
    question: str,
    is_complex: bool,
    extra: dict[str, str | None],
    *,
    round_no: int = 1,
    by: By | None = None,
) -> Draft:
    """The entry that opens a round; `extra` may hold why, who convened it, where and when."""
    days = case.policy.days("round_complex" if is_complex else "round")
    detail = {
        "id": f"c{len(case.state.consultations) + 1}",
        "kind": kind.value,
        "round": round_no,
        "departments": departments,
        "question": question,
        "complex": is_complex,
        "working_days": days,
        **{name: value for name, value in extra.items() if value},
    }
    return Draft(Action.CONVENED, detail, by)


def convened_by_itself(case: Case, diagnosis: dict[str, Any], why: str, departments: list[str]) -> Draft:
    """A joint meeting convened by the rules; the diagnosis's reason is its question."""
    is_complex = bool(diagnosis.get("complex"))
    question = str(diagnosis["reason"])
    return convened(case, ConsultationKind.JOINT_MEETING, departments, question, is_complex, {"why": why}, by=SYSTEM)


@applies(Action.CONVENED, leaves=("会诊通知",))
def _convened(case: Case, entry: Entry) -> None:
    state, detail = case.state, entry.detail
    consultation = Consultation(
        id=detail["id"],
        kind=ConsultationKind(detail["kind"]),
        round=detail["round"],
        departments=detail["departments"],
        question=detail["question"],
        complex=detail["complex"],
        convened_by=detail.get("convened_by", ""),
        why=detail.get("why", ""),
        opened_at=entry.at,
        days=detail["working_days"],
        due=case.calendar.due(entry.at, detail["working_days"]),
        place=detail.get("place"),
        meets_at=detail.get("meets_at"),
    )
    state.consultations.append(consultation)
    settle(case, "convening")
    for unit in consultation.departments:
        arm(case, "opinion", entry.at, holder=unit, ref=f"{consultation.id}/{unit}", days=consultation.days)
    if state.stage is Stage.ACCEPTED:
        state.stage = Stage.ASSIGNED
    if state.category is Category.DEFERRED:
        _promise_reply(case, consultation)


def _promise_reply(case: Case, consultation: Consultation) -> None:
    """Count a deferred case's reply limit from the first convening; a later one can only allow the longer limit."""
    state = case.state
    if state.clock.state == clock.STOPPED:
        return
    first = state.deferred_at is None
    if first:
        state.deferred_at = consultation.opened_at
    if first or consultation.complex:
        limit = case.policy.days("deferred_complex" if consultation.complex else "deferred")
        clock.relimit(case, limit, consultation.opened_at, start=state.deferred_at)


def to_be_convened(case: Case, at: datetime) -> None:
    """Defer a case: a consultation must be convened by close of business, and the reply limit counts from then."""
    state = case.state
    state.deferred_at = None
    running = open_consultation(case)
    if running:
        _promise_reply(case, running)
        return
    limit = case.policy.days("deferred_complex" if state.diagnosis.get("complex") else "deferred")
    clock.relimit(case, limit, at, start=at)
    arm(case, "convening", at, holder=state.lead, days=1, beyond=beijing_date(at) - ONE_DAY)


def no_longer_convened(case: Case) -> None:
    """End the duty to convene: the case is no longer deferred, or its reply was given."""
    case.state.deferred_at = None
    settle(case, "convening")


@expires("convening", "召集会诊时限", warns=False)
def _convene_by_itself(case: Case, limit: Limit, key: str) -> list[Draft]:
    diagnosis = case.state.diagnosis
    return [convened_by_itself(case, diagnosis, "诊断后未按时召集，按规定自动召集", diagnosis["departments"])]


# -- 意见 -----------------------------------------------------------------------------------------------


class OfSeat(Act):
    """Base of commands of a department with a seat at the table."""

    consultation_id: str

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if not any(by.unit in consultation.departments for consultation in case.state.consultations):
            raise forbidden("本部门没有参加本案的会诊，不能办理")

    def seated(self, case: Case, by: By) -> Consultation:
        """The consultation, if this department has a seat in it; 403 otherwise."""
        consultation = find_consultation(case, self.consultation_id)
        if by.unit not in consultation.departments:
            raise forbidden("本部门没有参加这一轮会诊，不能办理")
        return consultation


@act(CommandName.OPINE, Role.LIAISON)
class Opine(OfSeat):
    """会诊意见: once a round, may be changed while it is open; the first opinion ends the link 交办."""

    room = Room.ENDING

    position: Position
    opinion: Text
    legal_basis: Citations = Field(default_factory=list)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        super().open(case, by)
        if not open_consultation(case):
            raise conflict("本案没有正在进行的会诊")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        still_open(self.seated(case, ask.by))
        if self.position is Position.NONE:
            raise invalid("请表明意见：同意、有条件同意或不同意", "position")
        return [Draft(Action.OPINED, self.model_dump(mode="json"))]


@applies(Action.OPINED)
def _opined(case: Case, entry: Entry) -> None:
    detail = entry.detail
    consultation = find_consultation(case, detail["consultation_id"])
    _keep(
        consultation,
        Opinion(
            unit=entry.unit,
            position=Position(detail["position"]),
            opinion=detail["opinion"],
            legal_basis=detail["legal_basis"],
        ),
    )
    settle(case, "opinion", f"{consultation.id}/{entry.unit}")
    if not link_has_ended(case, Link.ASSIGN):
        link_ends(case, Link.ASSIGN, entry.at)
    enter_handling(case)


def _keep(consultation: Consultation, opinion: Opinion) -> None:
    consultation.opinions = [earlier for earlier in consultation.opinions if earlier.unit != opinion.unit] + [opinion]


@expires("opinion", "会诊发表意见时限", warns=True)
def _silent(case: Case, limit: Limit, key: str) -> list[Draft]:
    silent = {
        "consultation_id": limit.ref.partition("/")[0],
        "holder": limit.holder,
        "position": Position.NONE.value,
        "due_at": stamp_time(limit.due),
    }
    return [Draft(Action.OVERDUE, silent), red_card(limit.holder, "会诊逾期未发表意见")]


def fell_silent(case: Case, entry: Entry) -> None:
    """Record a department's silence (未发表意见)."""
    consultation = find_consultation(case, entry.detail["consultation_id"])
    consultation.overdue = True
    _keep(consultation, Opinion(unit=entry.detail["holder"], position=Position.NONE))
