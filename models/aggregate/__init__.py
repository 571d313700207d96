"""Base classes of everything with its own ledger (聚合): case, inquiry, meeting and so on.

drafts = aggregate.check(command, now)    # or a Refusal; changes nothing
entries = aggregate.run(command, now)     # decides once: makes the entries and applies them
copy.apply(entry)                         # a copy only applies the recorded change
aggregate.next_wakeup()                   # when to call aggregate.catch_up(now)
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
from models.aggregate.declared import Allegation, AtOnce, Choice, Need, Offers, Room
from models.aggregate.envelope import command_digest, kept, key_digest, signature_digest, signed_bytes
from models.aggregate.limits import Limit
from models.aggregate.registry import Registry

__all__ = [
    "OWN_ID",
    "SYSTEM",
    "Act",
    "Aggregate",
    "Allegation",
    "Ask",
    "AtOnce",
    "Availability",
    "By",
    "Choice",
    "Command",
    "Draft",
    "Facts",
    "LedgerState",
    "Limit",
    "Message",
    "Need",
    "Offers",
    "Registry",
    "Room",
    "UnitFact",
    "check_text",
    "command_digest",
    "kept",
    "key_digest",
    "signature_digest",
    "signed_bytes",
]
