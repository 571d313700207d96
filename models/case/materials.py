"""补正: one request for all materials; the clock pauses meanwhile (R24, 行政许可法 32(1)(四)).

A late applicant is never dropped silently: the head decides, the clock stays paused, and materials are still taken.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.case import clock
from models.case.aggregate import Case
from models.case.course import UNDER_WAY
from models.case.diagnosis import missing_key_materials
from models.case.papers import issue
from models.case.parts import Materials
from models.case.registry import act, applies, expires
from models.case.wording import Name, Text
from models.codes import Outcome, Role, Stage
from models.errors import conflict, forbidden
from models.ledger import Entry
from models.personal import PERSONAL


class AskedItem(BaseModel):
    """One paper asked for: what, why, how to obtain it (一次性告知)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    why: Text
    how_to_obtain: Text


class GivenItem(BaseModel):
    """One paper handed in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    note: Annotated[Text, PERSONAL] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


@act(CommandName.REQUEST_MATERIALS, Role.CLERK, Role.HEAD, Role.LIAISON)
class RequestMaterials(Act):
    """补正告知: once; a second request only by the head, after the first has expired."""

    room = Room.ONWARD

    items: Annotated[list[AskedItem], Field(min_length=1, max_length=50)]
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("要求补正材料", *UNDER_WAY)
        require_own_assignment(case, by)
        if case.state.explanation and case.state.explanation["state"] != "overturned":
            raise conflict("已经答复反映人，不能再要求补正；如需继续办理，请先重新诊断")
        asked = case.state.materials
        if asked is None:
            return
        if not asked.expired or asked.submitted:
            raise conflict("补正材料须一次性告知，本案已经告知过一次")
        if by.role != Role.HEAD:
            raise forbidden("反映人逾期未补正，是否再次要求由窗口负责人决定")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        days = self.working_days or case.policy.days("materials")
        detail = self.model_dump(mode="json", exclude_none=True)
        return [Draft(Action.MATERIALS_REQUESTED, {**detail, "working_days": days, "document": "一次性告知书"})]


@applies(Action.MATERIALS_REQUESTED)
def _materials_requested(case: Case, entry: Entry) -> None:
    case.state.materials = Materials(items=entry.detail["items"], asked_at=entry.at)
    clock.pause(case, entry.at)
    issue(case, entry.detail["document"], entry)
    arm(case, "materials", entry.at, days=entry.detail["working_days"])


@expires("materials", "补正期限", warns=False)
def _materials_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.PINGED_HEAD, {"unit": case.state.unit, "reason": "反映人逾期未补正，请窗口负责人决定下一步"})]


@applies(Action.PINGED_HEAD)
def _pinged_head(case: Case, entry: Entry) -> None:
    assert case.state.materials
    case.state.materials.expired = True


@act(CommandName.SUBMIT_MATERIALS, Role.CITIZEN)
class SubmitMaterials(Act):
    """补交材料: the clock runs on with what was left.

    After an end as explained for want of key materials it takes the case up again under the same number (R35).
    """

    room = Room.ENDING

    items: Annotated[list[GivenItem], Field(min_length=1, max_length=50)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if ended_for_want_of_materials(case):
            return
        case.require_stage("补交材料", *UNDER_WAY)
        asked = case.state.materials
        if asked is None or asked.submitted:
            raise conflict("窗口目前没有要求补正材料")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        submitted = Draft(Action.MATERIALS_SUBMITTED, self.model_dump(mode="json", exclude_none=True))
        if ended_for_want_of_materials(case):
            return [
                submitted,
                Draft(Action.REOPENED, {"reason": "反映人补齐关键材料", "to": Stage.HANDLING.value}, SYSTEM),
            ]
        return [submitted]


@applies(Action.MATERIALS_SUBMITTED)
def _materials_submitted(case: Case, entry: Entry) -> None:
    if case.state.materials:
        case.state.materials.submitted = True
    settle(case, "materials")
    clock.resume(case, entry.at)


def ended_for_want_of_materials(case: Case) -> bool:
    """Whether the case ended as explained because key materials were missing."""
    state = case.state
    ended = state.stage in (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED)
    return ended and state.outcome == Outcome.EXPLAINED and bool(missing_key_materials(case))


def require_own_assignment(case: Case, by: By) -> None:
    """Refuse (403) a liaison whose department has no open assignment (contract, Scope)."""
    if by.role == Role.LIAISON and not any(a.unit == by.unit for a in case.open_assignments()):
        raise forbidden("本部门在本案没有正在办理的交办，不能执行此操作")
