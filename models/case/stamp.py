"""办NO.成事印章: the seal on an accepted case, and the supervision record it opens (R65, R66, SU7).

The seal is bound to the ledger's head when it was set. Anybody with number and code can have it checked; a ledger
changed before that entry no longer fits. One act sets seal and record, so neither exists without the other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.actions import Action
from models.aggregate import SYSTEM, Draft
from models.calendar import beijing_date
from models.case.parts import Stamp
from models.case.registry import applies
from models.ledger import Entry, first_break, stamp_time
from models.views.genuineness import CheckedStamp

if TYPE_CHECKING:
    from models.case.aggregate import Case

CODE_LENGTH = 10
"""Characters of base 32: fifty bits, too many to guess through the public endpoint."""


def stamp_code(no: str, head: str) -> str:
    """The short code of a seal (验章码), computed from its number and the ledger's head."""
    mac = hashlib.sha256(f"{no}|{head}".encode()).digest()
    return base64.b32encode(mac).decode()[:CODE_LENGTH]


def set_stamp(case: Case, now: datetime) -> tuple[dict[str, str], Draft]:
    """The seal for the accepting entry, and the draft of its supervision record."""
    year, times = beijing_date(now).year, len(case.state.stamps)
    again = f"-{times + 1}" if times else ""
    no = f"办NO.成事〔{year}〕{case.state.case_no}号{again}"
    record_no = f"督〔{year}〕{case.state.case_no}号{again}"
    stamp = {"stamp_no": no, "stamp_code": stamp_code(no, case.state.head)}
    return stamp, Draft(Action.SUPERVISION_BEGUN, {"record_no": record_no, "stamp_no": no}, SYSTEM)


def keep_stamp(case: Case, entry: Entry) -> None:
    """Record the seal of this entry; it is bound to the head before the entry."""
    no, code = entry.detail.get("stamp_no"), entry.detail.get("stamp_code")
    if no:
        case.state.stamp_no = no
    if no and code:
        case.state.stamps.append(Stamp(no=no, code=code, head=entry.prev, at=entry.at))


@applies(Action.SUPERVISION_BEGUN)
def _supervision_begun(case: Case, entry: Entry) -> None:
    for stamp in case.state.stamps:
        if stamp.no == entry.detail["stamp_no"]:
            stamp.record_no = entry.detail["record_no"]


def verify(ledger: Sequence[Entry]) -> CheckedStamp:
    """Check a seal (验章): its chain is intact, its code fits, and its record exists.

    `ledger` ends with the entry after the stamped one.
    """
    stamped, after = (ledger[-2], ledger[-1]) if ledger[-1].action == Action.SUPERVISION_BEGUN else (ledger[-1], None)
    no, code = stamped.detail["stamp_no"], stamped.detail["stamp_code"]
    genuine = first_break(ledger) is None and code == stamp_code(no, stamped.prev)
    record = after.detail if after is not None and after.detail["stamp_no"] == no else None
    return CheckedStamp(
        valid=genuine and record is not None,
        stamp_no=no,
        record_no=record and record["record_no"],
        case_no=stamped.case_no,
        unit=stamped.unit,
        stamped_at=stamp_time(stamped.at),
        entries=stamped.seq,
    )
