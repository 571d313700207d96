"""合法性审核、发布: review and publication by others than the author (R79, R84)."""

from __future__ import annotations

from datetime import date, datetime

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm, arm_until, settle
from models.calendar import beijing_date
from models.case.wording import Text, cites_nothing
from models.codes import Decision, Position, Role, SolutionStage
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time
from models.solution.aggregate import Solution
from models.solution.registry import act, applies, expires
from models.solution.state import InForce

DAYS_TO_EFFECT = 60
"""Working days until the effect is reviewed, a quarter (issue 7: 一季度后评估). 本系统约定。"""

APPROVERS = (Role.LEAD, Role.HEAD)
"""The lead's legal officer and management; a window's head where the lead is the author."""


@act(CommandName.REVIEW_LEGALITY, *APPROVERS)
class ReviewLegality(Act):
    """合法性审核: the basis carries the steps, or it does not; never by who wrote them."""

    decision: Decision
    reason: Text | None = None

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        solution.require("审核", SolutionStage.DRAFT)
        solution.require_other_than_author(by, "审核")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        content = solution.state.content
        if self.decision is Decision.DENY and not self.reason:
            raise invalid("不同意的，请写明理由和修改意见", "reason")
        if self.decision is Decision.GRANT and (content is None or cites_nothing(content.legal_basis)):
            raise invalid("没有依据的办法不能通过审核：请先补充法律政策依据（依法依规是兜底的核心）", "decision")
        return [Draft(Action.LEGALITY_REVIEWED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.LEGALITY_REVIEWED)
def _legality_reviewed(solution: Solution, entry: Entry) -> None:
    solution.state.review = {**entry.detail, "by": entry.actor, "at": stamp_time(entry.at)}
    if entry.detail["decision"] == Decision.GRANT:
        solution.state.stage = SolutionStage.REVIEWED


@act(CommandName.PUBLISH, *APPROVERS)
class Publish(Act):
    """发布: as 工作提示, with number, version and validity; never by the author, and not over a department's head."""

    valid_from: date | None = None
    valid_until: date | None = None

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        solution.require_other_than_author(by, "发布")
        if solution.state.stage is SolutionStage.DRAFT:
            raise conflict("请先通过合法性审核，再发布")
        solution.require("发布", SolutionStage.REVIEWED)
        missing = [
            unit for unit, consent in solution.state.consents.items() if not consent or not agrees(consent["position"])
        ]
        if missing:
            raise conflict(f"{'、'.join(missing)} 还没有同意：请与业务部门充分沟通后再发布")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        since = self.valid_from or beijing_date(ask.now)
        check_valid_until(solution, self.valid_until, since, ask)
        version = len(solution.state.versions) + 1
        until = {"valid_until": self.valid_until.isoformat()} if self.valid_until else {}
        no = f"{solution.state.case_no}-V{version}"
        return [Draft(Action.PUBLISHED, {"version": version, "no": no, "valid_from": since.isoformat(), **until})]


def check_valid_until(solution: Solution, until: date | None, since: date, ask: Ask) -> None:
    """Refuse (422) a validity that ends before it begins or has already ended."""
    if until is not None and (until < since or solution.calendar.close_of(until) <= ask.now):
        raise invalid("截止日期不能早于生效日期，也不能已经过了", "valid_until")


def agrees(position: str) -> bool:
    """Whether a department's position allows publication; conditions must first go into the text."""
    return position == Position.AGREE


@applies(Action.PUBLISHED)
def _published(solution: Solution, entry: Entry) -> None:
    state = solution.state
    assert state.content is not None, "what is published was drafted"
    version = {**entry.detail, "content": state.content, "published_at": entry.at, "published_by": entry.actor}
    state.in_force = InForce.model_validate(version)
    state.versions.append(state.in_force)
    state.stage, state.suspended_for, state.overdue = SolutionStage.PUBLISHED, None, False
    watch(solution, entry.at)


def watch(solution: Solution, at: datetime) -> None:
    """Start the limits of the effect review, in a quarter, and of the validity, which may end before."""
    state = solution.state
    arm(solution, "effect", at, holder=state.lead, days=DAYS_TO_EFFECT)
    settle(solution, "validity")
    if state.edition >= 2 and state.in_force is not None and state.in_force.valid_until is not None:
        arm_until(solution, "validity", at, state.in_force.valid_until, holder=state.lead)


@expires("validity", "有效期", warns=True)
def _not_renewed(solution: Solution, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.VALIDITY_ENDED, {"unit": limit.holder, "due_at": stamp_time(limit.due)})]


@applies(Action.VALIDITY_ENDED)
def _validity_ended(solution: Solution, entry: Entry) -> None:
    state = solution.state
    until = state.in_force.valid_until if state.in_force else None
    stop(solution)
    state.suspended_for = f"有效期至 {until}，已满，没有续期"
    if state.stage is SolutionStage.PUBLISHED:  # a revision under way continues
        state.stage = SolutionStage.SUSPENDED


@expires("effect", "效果评估", warns=True)
def _effect_not_reviewed(solution: Solution, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.OVERDUE, {"unit": limit.holder, "due_at": stamp_time(limit.due), "reason": "效果评估逾期"})]


@applies(Action.OVERDUE)
def _overdue(solution: Solution, entry: Entry) -> None:
    solution.state.overdue = True


@applies(Action.WARNED)
def _warned(solution: Solution, entry: Entry) -> None:
    solution.state.limits[entry.detail["limit"]].warn = None


def stop(solution: Solution) -> None:
    """End the version in force and its limits."""
    solution.state.in_force = None
    settle(solution, "effect")
    settle(solution, "validity")
