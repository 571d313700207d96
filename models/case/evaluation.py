"""评价、差评联系、整改: the applicant's evaluation, and what follows a poor score (R06, R50; PU2)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need, Room
from models.aggregate.limits import Limit, arm, settle
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.course import link_ends
from models.case.registry import act, applies, expires
from models.case.wording import Text
from models.codes import (
    Link,
    Role,
    Stage,
)
from models.errors import conflict
from models.ledger import Entry, stamp_time
from models.personal import PERSONAL


@expires("evaluation", "评价期", warns=False)
def _nobody_evaluated(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.AUTO_CLOSED, {"what": "evaluation"})]


@applies(Action.AUTO_CLOSED)
def _auto_closed(case: Case, entry: Entry) -> None:
    """Silence after an explanation (`resolved` follows), or no evaluation. Silence does not count as satisfaction."""
    if entry.detail["what"] == "evaluation":
        _last_evaluation(case, entry.at)


@act(CommandName.EVALUATE, Role.CITIZEN)
class Evaluate(Act):
    """评价: once at resolved, and once more after a rectification; never by staff in their own name."""

    needs = (Need.COUNTER,)
    room = Room.ENDING

    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Annotated[str, StringConstraints(max_length=2000), PERSONAL] | None = None

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.stage is Stage.RESOLVED:
            return
        rectification = case.state.rectification
        if not (rectification and rectification["state"] == "done" and rectification["awaits_evaluation"]):
            case.require_stage("评价", Stage.RESOLVED)

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        round_no = case.state.evaluation_rounds + 1
        detail = {**self.model_dump(exclude_none=True), "round": round_no}
        if ask.facts.at_counter:
            detail["at_counter"] = True
        if round_no == 1 and self.score in case.policy.poor_scores:
            detail["rectification"] = {
                "contact_due_at": stamp_time(case.calendar.due(ask.now, case.policy.days("contact"))),
                "due_at": stamp_time(case.calendar.due(ask.now, case.policy.days("rectification"))),
            }
        return [Draft(Action.EVALUATED, detail)]


@applies(Action.EVALUATED, leaves=("评价记录",), silent=True)
def _evaluated(case: Case, entry: Entry) -> None:
    state, detail = case.state, entry.detail
    state.stage = Stage.EVALUATED
    state.evaluation = {"score": detail["score"], "comment": detail.get("comment"), "round": detail["round"]}
    state.evaluation_rounds = detail["round"]
    state.evaluated_at_counter |= detail.get("at_counter", False)
    settle(case, "evaluation")
    promised = detail.get("rectification")
    if promised:
        state.rectification = {"state": "open", **promised, "awaits_evaluation": False}
        arm(case, "contact", entry.at, holder=state.unit)
        arm(case, "rectification", entry.at, holder=state.unit)
    else:
        _last_evaluation(case, entry.at)


def _last_evaluation(case: Case, at: datetime) -> None:
    """End the link 评价: no further evaluation is possible."""
    case.state.stage = Stage.EVALUATED
    if case.state.rectification:
        case.state.rectification["awaits_evaluation"] = False
    link_ends(case, Link.EVALUATE, at)


@expires("contact", "差评联系时限", warns=True)
def _contact_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "差评后未在时限内联系反映人")]


@expires("rectification", "差评整改时限", warns=True)
def _rectification_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过差评整改时限")]


class _Rectification(Act):
    @classmethod
    def open(cls, case: Case, by: By) -> None:
        rectification = case.state.rectification
        if not rectification or rectification["state"] != "open":
            raise conflict("本案没有需要整改的差评")


@act(CommandName.CONTACT, Role.HEAD, Role.LIAISON)
class Contact(_Rectification):
    """差评联系: the person was called."""

    room = Room.ENDING

    how: Text

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.CONTACTED, self.model_dump())]


@applies(Action.CONTACTED, leaves=("差评回访记录",))
def _contacted(case: Case, entry: Entry) -> None:
    settle(case, "contact")


@act(CommandName.RECTIFY, Role.HEAD, Role.LIAISON)
class Rectify(_Rectification):
    """差评整改: one more evaluation follows, and only one."""

    room = Room.ENDING

    what_was_done: Text

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.RECTIFIED, self.model_dump())]


@applies(Action.RECTIFIED)
def _rectified(case: Case, entry: Entry) -> None:
    assert case.state.rectification
    case.state.rectification.update(state="done", awaits_evaluation=True)
    settle(case, "contact")
    settle(case, "rectification")
    arm(case, "evaluation", entry.at)
