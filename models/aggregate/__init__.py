"""What all that keeps a ledger is built on (聚合): a case, an inquiry, a meeting.

drafts = it.check(command, now)       # or a Refusal; changes nothing
entries = it.run(command, now)        # decided once: made, and carried out
other.apply(entry)                    # whoever is given them only carries out what they changed
it.next_wakeup()                      # when to call it.catch_up(now)
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
