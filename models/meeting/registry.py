"""The registry of acts on a meeting (会议规则登记)."""

from models.aggregate import Registry

MEETING = Registry()
act, applies, expires = MEETING.act, MEETING.applies, MEETING.expires
