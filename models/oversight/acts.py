"""开出、认领、退回、报证明、核实、办结: commands on a task of the pool or a control gap (漏洞; R67, R70)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm, settle
from models.case.wording import Citations, Text
from models.codes import Hole, OversightKind, OversightStage, Role
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry, stamp_time
from models.oversight.aggregate import OWNED, Oversight
from models.oversight.registry import act, applies, expires
from models.personal import PERSONAL


@act(CommandName.OPEN_TASK, Role.SUPERVISOR, Role.SYSTEM)
class OpenTask(Act):
    """开出: by itself from an entry somewhere, or by a supervisor."""

    kind: OversightKind
    what: Annotated[Text, PERSONAL]
    of_case: str = ""
    owner: str = ""
    hole: Hole | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None
    source: str
    rules: str
    profile: str
    profile_version: int
    calendar: str
    district: str
    discipline: str

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        if task.state.seq:
            raise conflict("该督导事项已经开出")

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        if (self.kind is OversightKind.HOLE) != (self.hole is not None) or (self.kind in OWNED) != bool(self.owner):
            raise invalid("漏洞须写明种类（hole）和整改责任单位（owner）；督导组自行提出的事项不写", "owner")
        return [Draft(Action.TASK_OPENED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.TASK_OPENED)
def _task_opened(task: Oversight, entry: Entry) -> None:
    state, body = task.state, OpenTask.model_validate(entry.detail)
    for name in ("kind", "what", "of_case", "owner", "hole", "source", "district", "discipline"):
        setattr(state, name, getattr(body, name))
    for name in ("rules", "profile", "profile_version", "calendar"):
        setattr(state, name, getattr(body, name))
    state.opened_at = entry.at
    state.due = arm(task, "oversight", entry.at, holder=state.owner or state.discipline, days=body.working_days).due


@expires("oversight", "督导事项期限", warns=True)
def _late(task: Oversight, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.OVERDUE, {"unit": limit.holder, "due_at": stamp_time(limit.due)})]


@applies(Action.OVERDUE)
def _overdue(task: Oversight, entry: Entry) -> None:
    task.state.overdue = True


@applies(Action.WARNED)
def _warned(task: Oversight, entry: Entry) -> None:
    task.state.limits[entry.detail["limit"]].warn = None


@act(CommandName.CLAIM, Role.SUPERVISOR)
class Claim(Act):
    """认领: out of the pool, by one supervisor."""

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        if task.state.claimed_by:
            raise conflict(f"已由 {task.state.claimed_by} 认领")
        task.require("认领", OversightStage.OPEN, OversightStage.PROVED)

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.CLAIMED, {})]


@applies(Action.CLAIMED)
def _claimed(task: Oversight, entry: Entry) -> None:
    task.state.claimed_by = entry.actor
    if task.state.stage is OversightStage.OPEN:
        task.state.stage = OversightStage.CLAIMED


@act(CommandName.RELEASE, Role.SUPERVISOR)
class Release(Act):
    """退回任务池: by who claimed it."""

    reason: Text

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        _require_own(task, by)

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.RELEASED, self.model_dump())]


@applies(Action.RELEASED)
def _released(task: Oversight, entry: Entry) -> None:
    task.state.claimed_by = None
    if task.state.stage is OversightStage.CLAIMED:
        task.state.stage = OversightStage.OPEN


@act(CommandName.PROVE, Role.HEAD, Role.LIAISON, Role.LEAD)
class Prove(Act):
    """报整改证明: the owner of a hole says what was done, with what shows it."""

    what_was_done: Text
    evidence: Annotated[Citations, Field(min_length=1)]

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        if not task.is_owned or by.unit != task.state.owner:
            raise forbidden("只有整改责任单位可以报整改证明")
        if task.state.stage in (OversightStage.PROVED, OversightStage.CLOSED):
            raise conflict("整改证明已经报送，请等待核实")

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.PROVED, self.model_dump())]


@applies(Action.PROVED)
def _proved(task: Oversight, entry: Entry) -> None:
    proof: dict[str, Any] = {**entry.detail, "unit": entry.unit, "by": entry.actor, "at": stamp_time(entry.at)}
    task.state.proofs.append(proof)
    task.state.stage = OversightStage.PROVED


@act(CommandName.SEND_BACK, Role.SUPERVISOR)
class SendBack(Act):
    """不予核实: the proof does not show it; the owner has to do more, in the limit that runs."""

    reason: Text

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        _require_own(task, by)
        task.require("退回证明", OversightStage.PROVED)

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.SENT_BACK, self.model_dump())]


@applies(Action.SENT_BACK)
def _sent_back(task: Oversight, entry: Entry) -> None:
    task.state.proofs[-1] = {**task.state.proofs[-1], "answer": entry.detail["reason"]}
    task.state.stage = OversightStage.CLAIMED


@act(CommandName.CLOSE_TASK, Role.SUPERVISOR)
class CloseTask(Act):
    """办结: by who claimed it, with what came of it; a hole only on a proof."""

    result: Text

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        _require_own(task, by)
        if task.is_owned and task.state.stage is not OversightStage.PROVED:
            raise conflict("须先由整改责任单位报整改证明，核实之后才能办结")

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.TASK_CLOSED, self.model_dump())]


@applies(Action.TASK_CLOSED)
def _task_closed(task: Oversight, entry: Entry) -> None:
    task.state.stage, task.state.closed_by = OversightStage.CLOSED, entry.actor
    task.state.result = entry.detail["result"]
    settle(task, "oversight")


MOST_JOINED = 10
"""The task keeps so many further complaints, the newest; its ledger and the case's keep all."""


@act(CommandName.JOIN_COMPLAINT, Role.SYSTEM)
class JoinComplaint(Act):
    """并入投诉: the applicant complained again while this task was open; who works on it learns of it here."""

    what: Annotated[Text, PERSONAL]
    source: str

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        if task.state.kind is not OversightKind.COMPLAINT or task.state.stage is OversightStage.CLOSED:
            raise conflict("没有正在办理的投诉事项，不能并入")

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.COMPLAINT_JOINED, self.model_dump())]


@applies(Action.COMPLAINT_JOINED)
def _complaint_joined(task: Oversight, entry: Entry) -> None:
    complaint = {**entry.detail, "at": stamp_time(entry.at)}
    task.state.joined = [*task.state.joined, complaint][-MOST_JOINED:]
    task.state.joined_times += 1


@act(CommandName.SETTLE_TASK, Role.SYSTEM)
class SettleTask(Act):
    """自动了结: what the task was for has been done elsewhere, as a look-back on the case itself."""

    result: Text

    @classmethod
    def open(cls, task: Oversight, by: By) -> None:
        if task.state.stage is OversightStage.CLOSED:
            raise conflict("该督导事项已经办结")

    def decide(self, task: Oversight, ask: Ask) -> list[Draft]:
        return [Draft(Action.TASK_CLOSED, self.model_dump())]


def _require_own(task: Oversight, by: By) -> None:
    if task.state.stage is OversightStage.CLOSED:
        raise conflict("该督导事项已经办结")
    if task.state.claimed_by not in by.people:
        raise conflict("请先认领再办理" if task.state.claimed_by is None else f"已由 {task.state.claimed_by} 认领")
