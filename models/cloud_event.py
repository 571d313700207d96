"""Events for other systems (对外事件): CloudEvents 1.0 in JSON, without personal data.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.actions import ACTIONS, Action
from models.ledger import stamp_time
from models.views.event import CaseEvent, CloudEvent

CONTENT_TYPE = "application/cloudevents+json"
SOURCE: Final = "/api/cases"
"""The source of an event; its subject is a case there."""

SEALED = frozenset({Action.INQUIRY_OPENED, Action.FOUND, Action.APPEALED, Action.APPEAL_RULED})
"""Actions of an inquiry (责任倒查), hidden outside supervision (contract.md, The view)."""

PUBLIC = ACTIONS.keys() - SEALED
"""Actions that other systems may receive."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """The part of an event that may leave the system: neither the actor nor the detail."""

    number: int
    case_no: str
    seq: int
    at: datetime
    action: str
    role: str
    unit: str
    district: str | None

    @property
    def is_public(self) -> bool:
        """Whether other systems may receive it: it belongs to a case, not to an inquiry."""
        return self.district is not None and self.action not in SEALED


def cloud_event(event: PublicEvent) -> CloudEvent:
    """The event in CloudEvents' structured JSON.

    `sequence` is padded with zeros, since the extension wants an order by letters:
    https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md
    """
    return CloudEvent(
        specversion="1.0",
        id=f"{event.case_no}/{event.seq}",
        source=SOURCE,
        type=f"cn.bancheng.case.{event.action}",
        subject=event.case_no,
        time=stamp_time(event.at),
        sequence=f"{event.number:019d}",
        datacontenttype="application/json",
        data=CaseEvent(
            case_no=event.case_no,
            seq=event.seq,
            action=event.action,
            district=event.district,
            unit=event.unit,
            role=event.role,
        ),
    )
