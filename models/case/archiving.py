"""归档、回头看、重启: how a case is archived, followed up and reopened (R39, R71, R72, R86)."""

from __future__ import annotations

from typing import Any

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Allegation, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.case import clock
from models.case.aggregate import Case
from models.case.checkpoints import OPEN_CHECKPOINT, three_checks
from models.case.course import holds
from models.case.diagnosis import limit_kind
from models.case.holding import held_late
from models.case.registry import act, applies, consequence, expires
from models.case.wording import Text
from models.codes import (
    Category,
    LookBackMethod,
    LookBackResult,
    Role,
    Stage,
)
from models.errors import conflict
from models.ledger import Entry, stamp_time


def _is_ready(case: Case) -> bool:
    """Whether the case has ended, with or without evaluation, and nothing is left to clear or rectify."""
    state = case.state
    if state.stage not in (Stage.EVALUATED, Stage.DECLINED, Stage.WITHDRAWN):
        return False
    if any(checkpoint.state in OPEN_CHECKPOINT for checkpoint in state.checkpoints):
        return False
    rectification = state.rectification
    return not (rectification and (rectification["state"] == "open" or rectification["awaits_evaluation"]))


def _was_refused(case: Case) -> bool:
    return Category.REFUSED in (case.state.category, *case.state.categories_before)


def waits_for_inquiry(case: Case) -> bool:
    """Whether only its own inquiry keeps this case from the archive (不给办)."""
    return _is_ready(case) and _was_refused(case)


@consequence
def archive_when_ready(case: Case) -> list[Draft]:
    """Archive automatically (归档); a case of 不给办 also waits for its own inquiry to close."""
    return [_to_the_archive(case)] if _is_ready(case) and not _was_refused(case) else []


@act(CommandName.ARCHIVE, Role.SYSTEM)
class Archive(Act):
    """归档: of a case whose own inquiry is closed. It comes from there, or from the case's own look."""

    room = Room.ENDING

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if not _is_ready(case):
            raise conflict("案件尚未具备归档条件")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [_to_the_archive(case)]


def _to_the_archive(case: Case) -> Draft:
    detail: dict[str, Any] = {"outcome": case.state.outcome}
    if case.policy.doubts:
        detail["three_checks"] = {stated["check"].value: stated["state"] for stated in three_checks(case)}
        if late := held_late(case):
            detail["held_late"] = late
    return Draft(Action.ARCHIVED, detail, SYSTEM)


@applies(Action.ARCHIVED, leaves=("三查表", "归档目录"))
def _archived(case: Case, entry: Entry) -> None:
    state = case.state
    state.stage, state.archived_at = Stage.ARCHIVED, entry.at
    if case.policy.samples_look_backs:
        state.awaits_draw = True
    else:
        arm(case, "look_back", entry.at)


@expires("look_back", "回头看", warns=False)
def _time_to_look_back(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.LOOK_BACK_DUE, {"to": case.state.discipline})]


@applies(Action.LOOK_BACK_DUE)
def _look_back_due(case: Case, entry: Entry) -> None:
    case.state.look_back_due = True


@act(CommandName.LOOK_BACK, Role.SUPERVISOR, Role.LEAD)
class LookBack(Act):
    """回头看: whether what was done is really done (R71)."""

    room = Room.ONWARD

    method: LookBackMethod
    result: LookBackResult
    facts: Text

    def alleges(self, case: Case) -> Allegation | None:
        """纸面整改 or a relapse opens an inquiry into the unit that held the case."""
        if self.result is LookBackResult.GENUINE:
            return None
        return Allegation([{"unit": case.state.unit}], self.facts)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("回头看", Stage.ARCHIVED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        looked = Draft(Action.LOOKED_BACK, self.model_dump(mode="json"))
        if self.result is LookBackResult.GENUINE:
            return [looked]
        reason = f"回头看发现{self.result.label}，重新办理"
        return [looked, Draft(Action.REOPENED, {"reason": reason, "to": _back_to(case).value}, SYSTEM)]


@applies(Action.LOOKED_BACK, leaves=("回头看核查表",))
def _looked_back(case: Case, entry: Entry) -> None:
    look_back = {name: entry.detail[name] for name in ("method", "result", "facts")}
    case.state.look_backs.append({**look_back, "at": stamp_time(entry.at)})
    case.state.look_back_due = False
    settle(case, "look_back")


ENDED_AT_THE_DOOR = ("declined", "withdrawn")


def _back_to(case: Case) -> Stage:
    """The stage at which a reopened case continues."""
    return Stage.REGISTERED if case.state.outcome in ENDED_AT_THE_DOOR else Stage.HANDLING


@act(CommandName.REOPEN, Role.LEAD, Role.SUPERVISOR)
class Reopen(Act):
    """重启: a new case clock of the category's limit; old breaches stay."""

    room = Room.ONWARD

    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("重启", *ENDED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.REOPENED, {**self.model_dump(), "to": _back_to(case).value})]


ENDED = (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN)


@applies(Action.REOPENED)
def _reopened(case: Case, entry: Entry) -> None:
    state = case.state
    state.stage = Stage(entry.detail["to"])
    state.outcome = state.resolved_at = state.archived_at = None
    holds(case, state.unit, entry.at)
    state.evaluation, state.evaluation_rounds, state.rectification = None, 0, None
    state.evaluated_at_counter = False
    state.explanation, state.materials, state.look_back_due = None, None, False
    state.awaits_draw = state.spared = False
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
    """Whether nothing is pending: archived, followed up, no limit running."""
    state = case.state
    looked_back = bool(state.look_backs) or state.spared
    return state.stage is Stage.ARCHIVED and looked_back and not state.limits and not state.look_back_due
