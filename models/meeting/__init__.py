"""The monthly joint meeting (月度联席会议): an agenda over many cases, in a ledger of its own (R59, R67; RP1)."""

from models.meeting import holding, sitting  # importing an act registers its commands
from models.meeting.aggregate import Meeting
from models.meeting.registry import MEETING
from models.meeting.state import Item, MeetingState

__all__ = ["MEETING", "Item", "Meeting", "MeetingState", "holding", "sitting"]
