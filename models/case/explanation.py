"""解释告知、异议、复核: explaining a 不能办, and the applicant's objection to it (R28, R34, R35).

The explanation is the reply and stops the case clock. Silence for the objection period resolves the case as explained.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Ask, By, Draft, Need, Room
from models.aggregate.limits import Limit, arm, settle
from models.calendar import beijing_date
from models.case import clock, refusals
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.consultation import no_longer_convened
from models.case.course import UNDER_WAY, enter_handling
from models.case.diagnosis import missing_key_materials
from models.case.papers import issue
from models.case.registry import act, applies, expires, issues
from models.case.wording import Citations, Explanation, Text
from models.codes import Category, Outcome, RefusalKind, ReviewDecision, Role, Stage
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry
from models.personal import PERSONAL

AFTER_CONSULTATION = "政策解释告知书"
"""The paper of an explanation that concludes a consultation; it rests on the minutes."""


@act(CommandName.EXPLAIN, Role.CLERK, Role.HEAD)
class Explain(Act):
    """解释告知: issues the 一次性告知书 and starts the objection period; delays nothing."""

    needs = (Need.SAME_ANSWERS,)
    about = "text"
    room = Room.ONWARD

    text: Explanation
    legal_basis: Citations = Field(default_factory=list)
    alternatives: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("解释告知", *UNDER_WAY)
        if case.state.category not in (Category.CANNOT, Category.DEFERRED):
            raise conflict("只有诊断为“不能办”或“暂时办不了”的案件才作解释告知，请先诊断")
        if case.state.explanation:
            raise conflict("已经作过解释告知；如需更改，请先重新诊断")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if not self.legal_basis and not missing_key_materials(case):
            raise invalid("请引用法律法规或政策依据", "legal_basis")
        detail = {**self.model_dump(), "document": "一次性告知书"}
        same = {"same_as_before": ask.facts.same_answers} if ask.facts.same_answers else {}
        return [Draft(Action.EXPLAINED, {**detail, **same})]


@applies(Action.EXPLAINED)
def _explained(case: Case, entry: Entry) -> None:
    case.state.explanation = {"by": entry.actor, "state": "given"}
    enter_handling(case)
    no_longer_convened(case)
    clock.stop(case, entry.at)
    issue(case, entry.detail["document"], entry)
    rests_on = [*entry.detail["legal_basis"], *(material["name"] for material in missing_key_materials(case))]
    if entry.detail["document"] == AFTER_CONSULTATION:
        rests_on.append("会诊纪要")
    refusals.report(case, entry, RefusalKind.EXPLANATION, rests_on)
    refusals.note_answer(case, entry)
    arm(case, "objection", entry.at)


@expires("objection", "异议期", warns=False)
def _nobody_objected(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [
        Draft(Action.AUTO_CLOSED, {"what": "explanation"}),
        _resolved_as_explained("异议期满，反映人未提出异议"),
    ]


@act(CommandName.ACKNOWLEDGE, Role.CITIZEN)
class Acknowledge(Act):
    """认可: the applicant accepts the explanation; the case closes as explained at once."""

    room = Room.FREE

    reason: Annotated[Text, PERSONAL] | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        _require_explanation(case, "given", "upheld")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [
            Draft(Action.ACKNOWLEDGED, self.model_dump(exclude_none=True)),
            _resolved_as_explained("反映人认可解释"),
        ]


def _resolved_as_explained(summary: str) -> Draft:
    return Draft(Action.RESOLVED, {"outcome": Outcome.EXPLAINED.value, "summary": summary}, SYSTEM)


@applies(Action.ACKNOWLEDGED)
def _acknowledged(case: Case, entry: Entry) -> None:
    settle(case, "objection")


@act(CommandName.OBJECT, Role.CITIZEN)
class Object(Act):
    """异议: goes to the head for review."""

    room = Room.ONWARD

    reason: Annotated[Text, PERSONAL]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        _require_explanation(case, "given")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.OBJECTED, self.model_dump())]


@applies(Action.OBJECTED)
def _objected(case: Case, entry: Entry) -> None:
    assert case.state.explanation
    case.state.explanation["state"] = "objected"
    settle(case, "objection")
    arm(case, "review", entry.at, holder=case.state.unit)


@expires("review", "异议复核时限", warns=True)
def _review_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过异议复核时限")]


@act(CommandName.REVIEW, Role.HEAD, Role.LEAD)
class Review(Act):
    """复核 of a no: of an explanation, also without an objection; of a decline; of a department's cannot.

    Never by who said it.
    """

    room = Room.ENDING

    decision: ReviewDecision
    reason: Text
    assignment_id: str | None = None
    """The task whose 不能办 is reviewed; without it the explanation, or the decline."""

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        state = case.state
        if state.outcome == "declined":
            refusals.require_reviewable(refusals.newest(case, RefusalKind.DECLINE), by)
            return
        task_refused = any(refusal.kind is RefusalKind.REPLY and not refusal.review for refusal in state.refusals)
        if task_refused and state.stage in UNDER_WAY:
            return
        _require_reviewable(case, by)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        draft = Draft(Action.REVIEWED, self.model_dump(mode="json", exclude_none=True))
        if self.assignment_id:
            case.require_stage("复核反馈", *UNDER_WAY)
            refusals.refused_task(case, self.assignment_id, ask.by)
        elif case.state.outcome == "declined":
            if self.decision is ReviewDecision.OVERTURN:
                again = {"reason": f"不予受理经复核推翻：{self.reason}", "to": Stage.REGISTERED.value}
                return [draft, Draft(Action.REOPENED, again, SYSTEM)]
        else:
            _require_reviewable(case, ask.by)
        return [draft]


def _require_reviewable(case: Case, by: By) -> None:
    _require_explanation(case, "given", "objected")
    refusal = refusals.newest(case, RefusalKind.EXPLANATION)
    if refusal and not by.people.isdisjoint(refusal.by):
        raise forbidden("作出解释的人不能复核自己的解释，请由其他负责人或牵头单位复核")


@issues(Action.REVIEWED)
def _decision_for_applicant(entry: Entry) -> Iterable[tuple[str, str]]:
    """A paper for the applicant, unless the review concerns a department's refusal: that stays between offices."""
    return [] if entry.detail.get("assignment_id") else [("复核决定书", "")]


@applies(Action.REVIEWED)
def _reviewed(case: Case, entry: Entry) -> None:
    decision = ReviewDecision(entry.detail["decision"])
    if ref := entry.detail.get("assignment_id"):
        refusals.reviewed(case, refusals.newest(case, RefusalKind.REPLY, ref), decision)
        if decision is ReviewDecision.OVERTURN:
            refusals.take_up_again(case, ref, entry)
    elif case.state.outcome == "declined":
        refusals.reviewed(case, refusals.newest(case, RefusalKind.DECLINE), decision)
    else:
        refusals.reviewed(case, refusals.newest(case, RefusalKind.EXPLANATION), decision)
        _explanation_reviewed(case, entry)


def _explanation_reviewed(case: Case, entry: Entry) -> None:
    explanation = case.state.explanation
    assert explanation
    settle(case, "review")
    if entry.detail["decision"] == ReviewDecision.OVERTURN:
        settle(case, "objection")
        explanation["state"] = "overturned"
        clock.run_on(case, entry.at)
    elif explanation["state"] == "objected":
        explanation["state"] = "upheld"


@act(CommandName.COMPLAIN, Role.CITIZEN)
class Complain(Act):
    """转为投诉: tells the supervisor, at any time, so many times a day (R16).

    A further one joins the task that supervision has open for the case (`api/supervision/task_opening.py`).
    """

    room = Room.FREE

    reason: Annotated[Text, PERSONAL]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        most = case.policy.complaints_a_day
        if case.state.complained_on == beijing_date(ask.now) and case.state.complained_times >= most:
            message = f"本案今天已经收到 {most} 次投诉，都已送监督人员一并办理"
            raise conflict(f"{message}；有新的情况请明天再提交，或到窗口当面反映")
        return [Draft(Action.COMPLAINED, {**self.model_dump(), "to": case.state.discipline})]


@applies(Action.COMPLAINED)
def _complained(case: Case, entry: Entry) -> None:
    """Count today's complaints. The supervisor acts on them; the handling continues."""
    state, day = case.state, beijing_date(entry.at)
    state.complained_times = state.complained_times + 1 if state.complained_on == day else 1
    state.complained_on = day


def _require_explanation(case: Case, *states: str) -> None:
    case.require_stage("对解释提出意见", *UNDER_WAY)
    explanation = case.state.explanation
    if explanation is None:
        raise conflict("尚未作出解释告知")
    if explanation["state"] not in states:
        raise conflict(f"该解释{_STATES[explanation['state']]}，不能重复办理")


_STATES = {
    "given": "正在异议期内",
    "objected": "正在复核",
    "upheld": "经复核维持",
    "overturned": "已经被推翻，请重新诊断",
}
