"""What all that keeps a ledger is built on (聚合): a case, an inquiry, a meeting.

entries = it.decide(command, now)     # or a Refusal; changes nothing
for entry in entries: it.apply(entry)
it.next_wakeup()                      # when to call it.tick(now)
"""

from models.aggregate.aggregate import Aggregate, LedgerState
from models.aggregate.body import check_text
from models.aggregate.command import (
    OWN_ID,
    SYSTEM,
    Act,
    Ask,
    Availability,
    By,
    Command,
    Draft,
    Facts,
    Message,
    UnitFact,
)
from models.aggregate.limits import Limit
from models.aggregate.registry import Registry

__all__ = [
    "OWN_ID",
    "SYSTEM",
    "Act",
    "Aggregate",
    "Ask",
    "Availability",
    "By",
    "Command",
    "Draft",
    "Facts",
    "LedgerState",
    "Limit",
    "Message",
    "Registry",
    "UnitFact",
    "check_text",
]
