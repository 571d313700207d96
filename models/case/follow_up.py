"""进展告知、工作建议、挂账: follow-up of what is not solved yet (R43, R60, CO6)."""

from __future__ import annotations

from datetime import datetime

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, arm, settle
from models.case.aggregate import Case
from models.case.papers import issue
from models.case.parts import FollowUp
from models.case.registry import act, applies, expires
from models.case.wording import Name, Text
from models.codes import Role
from models.errors import conflict, invalid
from models.ledger import Entry, read_time, stamp_time

LEVEL_ABOVE = "上级主管部门"
"""The office a district reports to; it is outside this system."""


# -- 答复之后，办结之前 ------------------------------------------------------------------------------------


def keep_informed(case: Case, at: datetime) -> None:
    """Start the limit for the next word on progress: the applicant has a reply but no result yet."""
    arm(case, "progress", at, holder=case.state.unit)


def was_informed(case: Case, entry: Entry) -> None:
    """Restart that limit: a note of the window counts as word on the progress."""
    if "progress" in case.state.limits and entry.role in (Role.CLERK, Role.HEAD):
        keep_informed(case, entry.at)


@expires("progress", "告知进展", warns=False)
def _progress_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.PROGRESS_DUE, {"unit": limit.holder, "text": "请向反映人告知进展，并在案件中备注"})]


@applies(Action.PROGRESS_DUE)
def _progress_due(case: Case, entry: Entry) -> None:
    keep_informed(case, entry.at)


# -- 上报之后 --------------------------------------------------------------------------------------------


def reported(case: Case, ask: Ask, report: str) -> Draft:
    """The entry that sends a proposal to the level above (工作建议)."""
    own = ask.facts.units.get(case.state.unit)
    due = case.calendar.due(ask.now, case.policy.days("superior_reply"))
    to = own.parent if own and own.parent else LEVEL_ABOVE
    return Draft(Action.REPORTED, {"to": to, "report": report, "reply_due_at": stamp_time(due), "document": "工作建议"})


@applies(Action.REPORTED)
def _reported(case: Case, entry: Entry) -> None:
    detail = entry.detail
    before = case.state.follow_up.reviews if case.state.follow_up else []
    case.state.follow_up = FollowUp(
        report=detail["report"],
        to=detail["to"],
        reported_at=entry.at,
        reply_due=read_time(detail["reply_due_at"]),
        reviews=before,
    )
    issue(case, detail["document"], entry)
    arm(case, "superior_reply", entry.at, holder=case.state.lead)
    arm(case, "follow_up", entry.at, holder=case.state.lead)


@expires("superior_reply", "上级答复工作建议", warns=False)
def _no_reply(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.FOLLOW_UP_DUE, {"to": limit.holder, "text": "上级尚未答复工作建议，请联系催问"})]


@expires("follow_up", "挂账复核", warns=False)
def _review_is_due(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.FOLLOW_UP_DUE, {"to": limit.holder, "text": "挂账事项满一个复核周期，请复核并写明进展"})]


@applies(Action.FOLLOW_UP_DUE)
def _follow_up_due(case: Case, entry: Entry) -> None:
    """Repeat the reminder until somebody closes the follow-up."""
    kind = entry.detail["limit"]
    arm(case, kind, entry.at, holder=case.state.lead)


class _OfFollowUp(Act):
    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if case.state.follow_up is None or case.state.follow_up.closed:
            raise conflict("本案没有挂账事项")


@act(CommandName.RECORD_REPLY, Role.HEAD, Role.LEAD)
class RecordReply(_OfFollowUp):
    """上级答复: what the level above said to the proposal."""

    room = Room.ENDING

    reply: Text
    reply_from: Name | None = None

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.REPLY_RECORDED, self.model_dump(exclude_none=True))]


@applies(Action.REPLY_RECORDED)
def _reply_recorded(case: Case, entry: Entry) -> None:
    assert case.state.follow_up
    case.state.follow_up.reply = entry.detail["reply"]
    settle(case, "superior_reply")


@act(CommandName.REVIEW_FOLLOW_UP, Role.LEAD)
class ReviewFollowUp(_OfFollowUp):
    """挂账复核: what has come of it; closing it needs the reply of the level above."""

    room = Room.ENDING

    progress: Text
    close: bool = False

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        assert case.state.follow_up
        if self.close and case.state.follow_up.reply is None:
            raise invalid("上级尚未答复工作建议，不能销账：请先登记上级答复", "close")
        return [Draft(Action.FOLLOW_UP_REVIEWED, self.model_dump())]


@applies(Action.FOLLOW_UP_REVIEWED)
def _follow_up_reviewed(case: Case, entry: Entry) -> None:
    follow_up = case.state.follow_up
    assert follow_up
    follow_up.reviews.append({"at": stamp_time(entry.at), "by": entry.actor, "progress": entry.detail["progress"]})
    follow_up.closed = entry.detail["close"]
    if follow_up.closed:
        settle(case, "superior_reply")
        settle(case, "follow_up")
    else:
        arm(case, "follow_up", entry.at, holder=case.state.lead)
