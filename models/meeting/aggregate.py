"""The Meeting aggregate (月度联席会议)."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Aggregate, LedgerState, Registry
from models.errors import conflict, invalid
from models.meeting.registry import MEETING
from models.meeting.state import Item, MeetingState


class Meeting(Aggregate[MeetingState]):
    """One district's meeting of one month."""

    kind: ClassVar[str] = "meeting"
    registry: ClassVar[Registry] = MEETING
    opened_by: ClassVar[CommandName] = CommandName.HOLD_MEETING
    state_model: ClassVar[type[LedgerState]] = MeetingState

    def require_open(self) -> None:
        """Refuse (409) after the closing."""
        if self.state.closed:
            raise conflict("会议已经结束，不能再记录；请在下月会议提出")

    def item(self, case_no: str) -> Item:
        """The case's place on the agenda; 422 when it has none."""
        for item in self.state.agenda:
            if item.case_no == case_no:
                return item
        raise invalid(f"{case_no} 不在本次会议的议程上，请先列入议程", "case_no")


def number_of(district: str, month: str) -> str:
    """The number of a district's monthly meeting, also its workflow id."""
    return f"meeting/{district}/{month}"
