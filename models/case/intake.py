"""登记、受理、不予受理、撤回: how a case comes in, and how it can end early (R13, R20, R22)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.calendar import beijing_date
from models.case import clock, refusals
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.course import BEFORE_RESOLVED, end_handling, held_no_longer, holds, link_ends
from models.case.papers import issue
from models.case.registry import act, applies, expires
from models.case.stamp import keep_stamp, set_stamp
from models.case.wording import Explanation, Name, Text
from models.codes import (
    ApplicantKind,
    AssignmentState,
    Channel,
    DeclineGround,
    IdType,
    Level,
    Link,
    RefusalKind,
    RequestType,
    Role,
    Stage,
)
from models.errors import conflict, invalid
from models.identity import check_id_card, check_uscc
from models.ledger import Entry, read_time, stamp_time
from models.personal import PERSONAL, is_sealed

IdNo = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9\- ]{4,23}$")]


class Person(BaseModel):
    """Whose matter got stuck (反映人)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[Name, PERSONAL]
    kind: ApplicantKind
    id_type: IdType | None = None
    id_no: Annotated[IdNo, PERSONAL] | None = None
    phone: Annotated[Phone, PERSONAL] | None = None
    identity: Annotated[str, StringConstraints(max_length=32)] | None = None
    """A digest of the identity number, added by the API, to find the same person's cases."""

    @model_validator(mode="after")
    def _identity_belongs_together(self) -> Person:
        if (self.id_type is None) != (self.id_no is None):
            raise ValueError("证件类型和证件号码要么都填，要么都不填")
        if self.id_type == IdType.USCC and self.id_no and not is_sealed(self.id_no):
            _reject(check_uscc(self.id_no))
        return self

    def identity_errors(self, now: datetime) -> list[str]:
        """Errors of the identity number on that day (身份证号校验, domain.md 3.2). A sealed one was checked before."""
        if self.id_type == IdType.ID_CARD and self.id_no and not is_sealed(self.id_no):
            return check_id_card(self.id_no, beijing_date(now)).errors
        return []


class Proxy(BaseModel):
    """Who comes for the applicant (代办人)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[Name, PERSONAL]
    relation: Name
    phone: Annotated[Phone, PERSONAL] | None = None


class Matter(BaseModel):
    """The matter (事项). Its code is an opaque string (domain.md 3.4)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    code: Annotated[str, StringConstraints(max_length=64)] | None = None


class RefusedBy(BaseModel):
    """Who refused before, and with which words (原承办单位)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    unit: Name
    staff: Name | None = None
    reason_given: Annotated[Text, PERSONAL]


class Opening(BaseModel):
    """What the API adds to a registration: profile, calendar and the units that lead and supervise here."""

    rules: str
    profile: str
    profile_version: int
    calendar: str
    district: str
    level: Level
    lead: str
    discipline: str
    handled_at: list[Level] | None = None
    advice_no: str | None = None
    first_contact_at: str | None = None
    source: dict[str, str] | None = None
    """The sending system and its own number for the case, or the row of an import (来源)."""


@act(CommandName.REGISTER, Role.CLERK, Role.HEAD)
class Register(Act):
    """登记: the body of POST /api/cases, completed by the API with `opening`."""

    room = Room.ONWARD

    channel: Channel
    unit: Name
    applicant: Person | None = None
    matter: Matter
    request_type: RequestType
    narrative: Annotated[Text, PERSONAL]
    refused_by: RefusedBy | None = None
    first_receiver: Name | None = None
    proxy: Proxy | None = None
    sensitive: list[Name] = Field(default_factory=list, max_length=20)
    group_of: Name | None = None
    opening: Opening

    collects_without_applicant: ClassVar[Channel] = Channel.VISIT

    @model_validator(mode="after")
    def _applicant_needed(self) -> Register:
        if self.applicant is None and self.channel != self.collects_without_applicant:
            raise ValueError("请填写反映人；只有走访收集的问题可以没有反映人")
        return self

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.seq:
            raise conflict(f"编号 {case.state.case_no} 已经登记过")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if self.applicant:
            _reject(self.applicant.identity_errors(ask.now), "applicant.id_no")
        detail = self.model_dump(mode="json", exclude_none=True)
        detail["first_receiver"] = self.first_receiver or ask.by.actor
        return [Draft(Action.REGISTERED, detail)]


@applies(Action.REGISTERED, leaves=("登记表",), silent=True)
def _registered(case: Case, entry: Entry) -> None:
    state, detail = case.state, dict(entry.detail)
    opening = Opening.model_validate(detail.pop("opening"))
    state.rules, state.profile, state.profile_version = opening.rules, opening.profile, opening.profile_version
    state.calendar, state.district = opening.calendar, opening.district
    state.lead, state.discipline = opening.lead, opening.discipline
    state.level, state.advice_no = opening.level, opening.advice_no
    state.handled_at = opening.handled_at or []
    state.source = opening.source
    state.channel, state.request_type = Channel(detail["channel"]), RequestType(detail["request_type"])
    for name in ("unit", "matter", "narrative", "first_receiver"):
        setattr(state, name, detail[name])
    for name in ("applicant", "proxy", "refused_by", "group_of"):
        setattr(state, name, detail.get(name))
    state.sensitive = detail.get("sensitive", [])
    state.registered_at = entry.at
    holds(case, state.unit, entry.at)
    state.first_contact_at = read_time(opening.first_contact_at) if opening.first_contact_at else entry.at
    arm(case, "accept", entry.at, holder=state.unit)


ACCEPT_LATE = "超过受理时限未作出受理或不予受理决定"
"""The reason of the red card (红牌) that marks a response as late."""


@expires("accept", "受理时限", warns=True)
def _accept_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, ACCEPT_LATE)]


@act(CommandName.ACCEPT, Role.CLERK, Role.HEAD)
class Accept(Act):
    """受理: the clock starts; the first receiver is 第一责任人 for ever (R22, R26)."""

    room = Room.ONWARD

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("受理", Stage.REGISTERED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        due = case.calendar.due(ask.now, case.policy.days("undiagnosed"))
        detail: dict[str, Any] = {"first_receiver": case.state.first_receiver, "due_at": stamp_time(due)}
        if not case.policy.stamps:
            return [Draft(Action.ACCEPTED, detail)]
        stamp, record = set_stamp(case, ask.now)
        return [Draft(Action.ACCEPTED, {**detail, **stamp}), record]


@applies(Action.ACCEPTED, leaves=("受理通知书",))
def _accepted(case: Case, entry: Entry) -> None:
    state = case.state
    state.stage, state.accepted_at = Stage.ACCEPTED, entry.at
    keep_stamp(case, entry)
    settle(case, "accept")
    clock.begin(case, case.policy.days("undiagnosed"), entry.at)
    arm(case, "diagnose", entry.at, holder=state.unit)
    link_ends(case, Link.REGISTER, entry.at)


class Redirect(BaseModel):
    """Where the person should go instead (去向)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    to: Name
    how: Text


@act(CommandName.DECLINE, Role.HEAD)
class Decline(Act):
    """不予受理: with ground, reason, destination and remedy; cites its entry of the scope list (R19, R20, R28)."""

    room = Room.ENDING

    ground: DeclineGround
    explanation: Explanation
    redirect: Redirect
    remedy: Text | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("不予受理", Stage.REGISTERED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        entry = case.rules.scope.refusal_entry(self.ground.value)
        scope = {"version": entry.version, "code": entry.code, "title": entry.title}
        return [Draft(Action.DECLINED, {**self.model_dump(mode="json", exclude_none=True), "scope": scope})]


@applies(Action.DECLINED)
def _declined(case: Case, entry: Entry) -> None:
    settle(case, "accept")
    held_no_longer(case, entry.at)
    case.state.stage, case.state.outcome = Stage.DECLINED, "declined"
    issue(case, "不予受理通知书", entry)
    refusals.report(case, entry, RefusalKind.DECLINE, [entry.detail["scope"]["title"]])
    finding = {"check": "shirking", "code": "A2", "rule": "declined", "detail": "不予受理，须由监督人员核签"}
    link_ends(case, Link.REGISTER, entry.at, findings=[finding])


@act(CommandName.WITHDRAW, Role.CITIZEN)
class Withdraw(Act):
    """撤回: the applicant takes the matter back; it stays countable (R21)."""

    room = Room.FREE

    reason: Annotated[Text, PERSONAL]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("撤回", *BEFORE_RESOLVED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.WITHDRAWN, self.model_dump())]


@applies(Action.WITHDRAWN)
def _withdrawn(case: Case, entry: Entry) -> None:
    case.state.stage, case.state.outcome = Stage.WITHDRAWN, "withdrawn"
    end_handling(case, entry.at)
    for assignment in case.open_assignments():
        assignment.state = AssignmentState.WITHDRAWN


def _reject(errors: list[str], field_name: str = "") -> None:
    if errors and field_name:
        raise invalid("；".join(errors), field_name)
    if errors:
        raise ValueError("；".join(errors))
