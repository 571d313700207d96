"""The ledger (台账): entries chained by hash, one chain a case.

An entry is one accepted command or one limit that time brought, with what it changed. Its hash covers everything in it
and the hash before it, so that a changed, missing, inserted or reordered row shows (features.md SU7, R13).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

BEIJING = timezone(timedelta(hours=8))
GENESIS = "0" * 64
"""What the first entry of every case is chained to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger (台账条目): who did what to the case, when, and in which capacity."""

    case_no: str
    seq: int
    at: datetime
    action: str
    actor: str
    role: str
    unit: str
    command_id: str
    """The Idempotency-Key of the command, empty for what time brought."""
    detail: dict[str, Any]
    prev: str
    hash: str
    v: int = 1
    """The number of the format it was written in (格式; models/aggregate/upcasting.py)."""
    command: str = ""
    """The digest of the signed command that led to it; empty for what time brought (models/aggregate/envelope.py)."""
    change: dict[str, Any] = field(default_factory=dict)
    """What it did to the state (变更; models/aggregate/change.py)."""


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8. What hashes are taken over."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def stamp_time(at: datetime) -> str:
    """An instant as the ledger writes it: Beijing time, microseconds, +08:00."""
    return at.astimezone(BEIJING).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """The instant that `stamp_time` wrote, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def entry_hash(entry: Entry) -> str:
    """The hash that an entry must carry: over its content and its predecessor's hash."""
    return digest(
        [
            entry.prev,
            entry.case_no,
            entry.seq,
            stamp_time(entry.at),
            entry.action,
            entry.actor,
            entry.role,
            entry.unit,
            entry.command_id,
            entry.detail,
            entry.v,
            entry.command,
            entry.change,
        ]
    )


def seal(entry: Entry) -> Entry:
    """The entry with its hash filled in (封签)."""
    return replace(entry, hash=entry_hash(entry))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain first fails (断点): the sequence number and what is wrong, in Chinese."""

    seq: int
    reason: str


def people_of(entry: Entry) -> list[str]:
    """Who answers for an entry: who made it, and for whom they stood in (代理)."""
    return [entry.actor, *([entry.detail["acting_for"]] if entry.detail.get("acting_for") else [])]


def first_break(entries: Iterable[Entry]) -> Break | None:
    """The first entry that does not fit its chain, or None when the whole chain holds."""
    expected, prev = 1, GENESIS
    for entry in entries:
        if entry.seq != expected:
            return Break(expected, f"缺少第 {expected} 条，出现的是第 {entry.seq} 条")
        if entry.prev != prev:
            return Break(entry.seq, "与上一条的哈希不相连")
        if entry_hash(entry) != entry.hash:
            return Break(entry.seq, "内容与哈希不符")
        expected, prev = expected + 1, entry.hash
    return None
