"""The ledger (台账): entries chained by hash, one chain per case.

An entry records an accepted command or a limit that passed, and what it changed. Its hash covers its content and the
previous hash, so a changed, missing, inserted or reordered row shows (features.md SU7, R13).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

BEIJING = timezone(timedelta(hours=8))
GENESIS = "0" * 64
"""The `prev` of every first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger (台账条目): who did what, when, in which capacity."""

    case_no: str
    seq: int
    at: datetime
    action: str
    actor: str
    role: str
    unit: str
    command_id: str
    """The command's Idempotency-Key; empty for entries made by time."""
    detail: dict[str, Any]
    prev: str
    hash: str
    v: int = 1
    """The format number it was written in (格式; models/aggregate/upcasting.py)."""
    command: str = ""
    """The digest of its signed command; empty for entries made by time (models/aggregate/envelope.py)."""
    change: dict[str, Any] = field(default_factory=dict)
    """Its change of the state (变更; models/aggregate/change.py)."""


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value: sorted keys, no spaces, UTF-8. Hashes are taken over it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def stamp_time(at: datetime) -> str:
    """An instant in the ledger's form: Beijing time, microseconds, +08:00."""
    return at.astimezone(BEIJING).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """The instant that `stamp_time` wrote, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def entry_hash(entry: Entry) -> str:
    """The hash of an entry's content and its predecessor's hash."""
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
    """The first fault of a chain (断点): the sequence number and the reason in Chinese."""

    seq: int
    reason: str


def people_of(entry: Entry) -> list[str]:
    """The people responsible for an entry: its actor, and whom they deputised for (代理)."""
    return [entry.actor, *([entry.detail["acting_for"]] if entry.detail.get("acting_for") else [])]


def first_break(entries: Iterable[Entry]) -> Break | None:
    """The first fault of the chain, or None when it is intact."""
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
