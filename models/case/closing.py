"""办结、评价、整改、归档、重启、回头看: how a case ends, and how it does not let go (R39, R50, R71, R72, R86)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.case import clock
from models.case.aggregate import Case
from models.case.command import Act, Ask, By, Draft, act, applies, consequence, expires
from models.case.consultation import open_consultation
from models.case.course import UNDER_WAY, close_as, holds, issue, require_nothing_waits
from models.case.diagnosis import limit_kind
from models.case.limits import arm, settle
from models.case.parts import Limit
from models.case.supervision import OPEN_CHECKPOINT
from models.case.wording import Citations, Text
from models.codes import (
    Category,
    LookBackMethod,
    LookBackResult,
    Outcome,
    Role,
    Stage,
)
from models.errors import NOT_BUILT_YET, Refusal, conflict, invalid
from models.ledger import Entry, stamp_time


class Asks(BaseModel):
    """三问: what else to handle, what else is needed, what other problems (富阳, seed 001; R29)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    business: Text
    needs: Text
    problems: Text


@act("resolve", Role.CLERK, Role.HEAD, Role.LEAD)
class Resolve(Act):
    """办结: with its basis (依法依规), and not while anything named is open."""

    outcome: Outcome
    summary: Text
    basis: Annotated[Citations, Field(min_length=1)]
    evidence: Citations = Field(default_factory=list)
    asks: Asks | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("办结", *UNDER_WAY)
        state = case.state
        if state.category is None:
            raise conflict("请先分类诊断，再办结")
        if state.category is Category.CANNOT and state.explanation is None:
            raise conflict("诊断为“不能办”的，须先解释告知，再办结")
        if state.explanation and state.explanation["state"] == "objected":
            raise conflict("反映人的异议尚未复核，不能办结")
        if state.explanation and state.explanation["state"] == "overturned":
            raise conflict("解释已被推翻，请先重新诊断")
        if open_consultation(case):
            raise conflict("会诊尚未形成纪要，不能办结")
        require_nothing_waits(case, [])

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        require_nothing_waits(case, ask.facts.open_children)
        if case.policy.asks and self.asks is None:
            raise invalid("请填写三问：还要办理什么业务、还有什么需求、还有什么问题与困难", "asks")
        return [Draft("resolved", {**self.model_dump(mode="json", exclude_none=True), "document": "办结告知书"})]


@applies("resolved")
def _resolved(case: Case, entry: Entry) -> None:
    close_as(case, entry.detail["outcome"], entry.at)
    if "document" in entry.detail:
        issue(case, entry.detail["document"], entry)
    case.state.evaluation = None
    case.state.evaluation_rounds = 0
    arm(case, "evaluation", entry.at)


@consequence
def archive_when_ready(case: Case) -> list[Draft]:
    """归档 by itself, as soon as the case has ended (no evaluation counts) and nothing is left to clear or rectify."""
    state = case.state
    if state.stage not in (Stage.EVALUATED, Stage.DECLINED, Stage.WITHDRAWN):
        return []
    if any(checkpoint.state in OPEN_CHECKPOINT for checkpoint in state.checkpoints):
        return []
    rectification = state.rectification
    if rectification and (rectification["state"] == "open" or rectification["awaits_evaluation"]):
        return []
    return [Draft("archived", {"outcome": state.outcome})]


@applies("archived")
def _archived(case: Case, entry: Entry) -> None:
    state = case.state
    state.stage, state.archived_at = Stage.ARCHIVED, entry.at
    arm(case, "look_back", entry.at)


@expires("look_back", "回头看", warns=False)
def _time_to_look_back(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft("look_back_due", {"to": case.state.discipline})]


@applies("look_back_due")
def _look_back_due(case: Case, entry: Entry) -> None:
    case.state.look_back_due = True


@act("look_back", Role.SUPERVISOR, Role.LEAD)
class LookBack(Act):
    """回头看: whether what was done is really done (R71)."""

    method: LookBackMethod
    result: LookBackResult
    facts: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("回头看", Stage.ARCHIVED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if self.result is not LookBackResult.GENUINE:
            raise Refusal(NOT_BUILT_YET, "纸面整改、反弹的责任倒查流程尚未开通，请先用“重启”把案件退回办理，并线下移交")
        return [Draft("looked_back", self.model_dump(mode="json"))]


@applies("looked_back")
def _looked_back(case: Case, entry: Entry) -> None:
    said = {name: entry.detail[name] for name in ("method", "result", "facts")}
    case.state.look_backs.append({**said, "at": stamp_time(entry.at)})
    case.state.look_back_due = False
    settle(case, "look_back")


ENDED_AT_THE_DOOR = ("declined", "withdrawn")


@act("reopen", Role.LEAD, Role.SUPERVISOR)
class Reopen(Act):
    """重启: a new case clock of the category's limit; old breaches stay."""

    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("重启", *ENDED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        to = Stage.REGISTERED if case.state.outcome in ENDED_AT_THE_DOOR else Stage.HANDLING
        return [Draft("reopened", {**self.model_dump(), "to": to.value})]


ENDED = (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN)


@applies("reopened")
def _reopened(case: Case, entry: Entry) -> None:
    state = case.state
    state.stage = Stage(entry.detail["to"])
    state.outcome = state.resolved_at = state.archived_at = None
    holds(case, state.unit, entry.at)
    state.evaluation, state.evaluation_rounds, state.rectification = None, 0, None
    state.explanation, state.materials, state.look_back_due = None, None, False
    for kind in ("evaluation", "contact", "rectification", "look_back"):
        settle(case, kind)
    for checkpoint in list(state.checkpoints):
        settle(case, "checkpoint", checkpoint.link.value)
    state.checkpoints = [c for c in state.checkpoints if c.state not in OPEN_CHECKPOINT]
    if state.stage is Stage.REGISTERED:
        if state.category is not None:
            state.categories_before.append(state.category)
        state.category, state.diagnosis = None, {}
        arm(case, "accept", entry.at, holder=state.unit)
    else:
        state.deferred_at = None
        limit = case.policy.days(limit_kind(state.diagnosis) if state.category else "undiagnosed")
        clock.begin(case, limit, entry.at)


def is_finished(case: Case) -> bool:
    """Nothing is left to wait for: archived, looked back on, no limit running."""
    state = case.state
    return state.stage is Stage.ARCHIVED and bool(state.look_backs) and not state.limits and not state.look_back_due
