"""到会、记录、议定、存疑: records of a meeting in session (R59, R67)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.wording import Name, Text
from models.codes import Role
from models.ledger import Entry
from models.meeting.aggregate import Meeting
from models.meeting.registry import act, applies


class Present(BaseModel):
    """Who came (到会情况)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    unit: Name
    state: Literal["present", "deputy", "absent"]
    people: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list)


class _WhileOpen(Act):
    @classmethod
    def open(cls, meeting: Meeting, by: By) -> None:
        meeting.require_open()


@act(CommandName.REGISTER_ATTENDANCE, Role.LEAD)
class RegisterAttendance(_WhileOpen):
    """到会登记: may be completed until the closing; a unit's last word stands."""

    attendance: Annotated[list[Present], Field(min_length=1, max_length=100)]

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        return [Draft(Action.ATTENDANCE_REGISTERED, self.model_dump(mode="json"))]


@applies(Action.ATTENDANCE_REGISTERED)
def _attendance_registered(meeting: Meeting, entry: Entry) -> None:
    by_unit = {each["unit"]: each for each in (*meeting.state.attendance, *entry.detail["attendance"])}
    meeting.state.attendance = list(by_unit.values())


@act(CommandName.MINUTE, Role.LEAD)
class Minute(_WhileOpen):
    """议题记录: what was said about one case."""

    case_no: Name
    text: Text

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        meeting.item(self.case_no)
        return [Draft(Action.MINUTED, self.model_dump())]


@applies(Action.MINUTED)
def _minuted(meeting: Meeting, entry: Entry) -> None:
    meeting.item(entry.detail["case_no"]).minutes = entry.detail["text"]


@act(CommandName.DECIDE, Role.LEAD)
class Decide(_WhileOpen):
    """议定事项: recorded with the command on the case that it became, which the lead gives by the case's own rules."""

    case_no: Name
    do: Literal["assign", "convene", "supervise", "urge", "expedite", "reopen", "note"]
    body: dict[str, Any]

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        meeting.item(self.case_no)
        return [Draft(Action.DECIDED, self.model_dump())]


@applies(Action.DECIDED)
def _decided(meeting: Meeting, entry: Entry) -> None:
    meeting.state.decisions.append({**entry.detail, "by": entry.actor})


@act(CommandName.RAISE_DOUBT, Role.LEAD, Role.SUPERVISOR)
class RaiseDoubt(_WhileOpen):
    """提出疑点: becomes a supervisor's task (R67)."""

    case_no: Name
    text: Text

    def decide(self, meeting: Meeting, ask: Ask) -> list[Draft]:
        meeting.item(self.case_no)
        return [Draft(Action.DOUBT_RAISED, self.model_dump())]


@applies(Action.DOUBT_RAISED)
def _doubt_raised(meeting: Meeting, entry: Entry) -> None:
    meeting.state.doubts.append({**entry.detail, "by": entry.actor})
