"""召开、列入、结束: opening, agenda and closing of a meeting (R59; RP1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm, settle
from models.case.wording import Name, Text
from models.codes import Role
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time
from models.meeting.aggregate import Meeting
from models.meeting.registry import act, applies, expires
from models.meeting.state import Item, Topic, Why
from models.months import MONTH

DAYS_TO_CLOSE = 5
"""Working days from the opening to the closing of the minutes. 本系统约定: 没有查到上位规定。"""


@act(CommandName.HOLD_MEETING, Role.SYSTEM, Role.LEAD)
class HoldMeeting(Act):
    """召开: the agenda is frozen as the cases stood; items may be added until the closing."""

    district: Name
    month: Annotated[str, StringConstraints(pattern=MONTH)]
    lead: Name
    rules: Name
    profile: Name
    profile_version: int
    calendar: Text
    agenda: list[Item]
    topics: list[Topic] = Field(default_factory=list)

    @classmethod
    def open(cls, meeting: Meeting, by: By) -> None:
        if meeting.state.seq:
            raise conflict("本月会议已经召开")

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        return [Draft(Action.MEETING_HELD, self.model_dump(mode="json", exclude_unset=True))]


@applies(Action.MEETING_HELD)
def _meeting_held(meeting: Meeting, entry: Entry) -> None:
    body = HoldMeeting.model_validate(entry.detail)
    for name in ("district", "month", "lead", "rules", "profile", "profile_version", "calendar", "agenda", "topics"):
        setattr(meeting.state, name, getattr(body, name))
    meeting.state.opened_at = stamp_time(entry.at)
    arm(meeting, "meeting", entry.at, holder=body.lead, days=DAYS_TO_CLOSE)


@expires("meeting", "联席会议纪要", warns=False)
def _not_closed(meeting: Meeting, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.OVERDUE, {"holder": limit.holder, "due_at": stamp_time(limit.due)})]


@applies(Action.OVERDUE)
def _overdue(meeting: Meeting, entry: Entry) -> None:
    meeting.state.overdue = True


@act(CommandName.ADD_ITEM, Role.LEAD, Role.SUPERVISOR)
class AddItem(Act):
    """列入议程: a case that the agenda did not find by itself."""

    case_no: Name
    reason: Text

    @classmethod
    def open(cls, meeting: Meeting, by: By) -> None:
        meeting.require_open()

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        if any(item.case_no == self.case_no for item in meeting.state.agenda):
            raise conflict(f"{self.case_no} 已在议程上")
        known = ask.facts.items.get(self.case_no)
        if known is None:
            raise invalid(f"本区没有案件 {self.case_no}，请核对编号", "case_no")
        return [Draft(Action.ITEM_ADDED, {**self.model_dump(), **known})]


@applies(Action.ITEM_ADDED)
def _item_added(meeting: Meeting, entry: Entry) -> None:
    item = {name: entry.detail.get(name) for name in ("case_no", "matter", "unit", "due_at")}
    meeting.state.agenda.append(Item.model_validate({**item, "why": [Why.ADDED]}))


@act(CommandName.CLOSE_MEETING, Role.LEAD)
class CloseMeeting(Act):
    """结束: with the minutes; from then on nothing changes any more."""

    minutes: Text

    @classmethod
    def open(cls, meeting: Meeting, by: By) -> None:
        meeting.require_open()

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        if not any(row["state"] == "present" for row in meeting.state.attendance):
            raise invalid("请先登记到会单位，再结束会议", "attendance")
        return [Draft(Action.MEETING_CLOSED, self.model_dump())]


@applies(Action.MEETING_CLOSED)
def _meeting_closed(meeting: Meeting, entry: Entry) -> None:
    meeting.state.minutes, meeting.state.closed = entry.detail["minutes"], True
    settle(meeting, "meeting")
