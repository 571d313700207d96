"""Where the acts on a meeting register themselves (会议规则登记)."""

from models.aggregate import Registry

MEETING = Registry()
act, applies, expires = MEETING.act, MEETING.applies, MEETING.expires
