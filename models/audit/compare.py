"""Register against replay (台账与重放对照): the first difference, by entry and field.

The register holds what was decided, the replay what the history alone yields. Rows changed, deleted, inserted,
reordered or cut off show where the two first differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.ledger import Entry, entry_hash, stamp_time

FIELDS = ("at", "action", "actor", "role", "unit", "command_id", "detail", "v", "command", "change", "prev", "hash")
"""An entry's fields in order of comparison: content first, hashes last."""

WHOLE = "entry"
"""The field name for a row missing on one side."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference of register and replay (首个不符之处)."""

    table: str
    ledger: str
    """The number of the case, inquiry or task."""
    seq: int
    field: str
    register: Any = None
    replay: Any = None
    told: str = ""
    """A text for the auditor."""


def first_difference(
    table: str, ledger: str, register: Sequence[Entry], replayed: Sequence[Entry]
) -> Difference | None:
    """The first row that differs from the replay; None if all agree."""
    by_seq = {entry.seq: entry for entry in register}
    for entry in replayed:
        row = by_seq.pop(entry.seq, None)
        if row is None:
            return _difference(
                table, ledger, entry.seq, WHOLE, None, _short(entry), "台账缺少这一条：被删除，或尾部被截断"
            )
        for name in FIELDS:
            mine, theirs = getattr(row, name), getattr(entry, name)
            if mine != theirs:
                text = f"台账第 {entry.seq} 条的 {name} 与重放不符：被改动，或次序被调换"
                return _difference(table, ledger, entry.seq, name, _plain(mine), _plain(theirs), text)
        if entry_hash(row) != row.hash:
            return _difference(table, ledger, entry.seq, "hash", row.hash, entry_hash(row), "内容与哈希不符")
    if by_seq:
        extra = by_seq[min(by_seq)]
        return _difference(table, ledger, extra.seq, WHOLE, _short(extra), None, "台账多出这一条：历史中没有，是插入的")
    return None


def row_difference(
    table: str, ledger: str, seq: int, row: Mapping[str, Any], want: Mapping[str, Any]
) -> Difference | None:
    """The first column of a projected row that does not follow from the ledger; None if all do."""
    for name, value in want.items():
        if row[name] != value:
            text = f"{table} 表的 {name} 不是台账得出的值：被改动"
            return _difference(table, ledger, seq, name, _plain(row[name]), _plain(value), text)
    return None


def _difference(table: str, ledger: str, seq: int, field: str, register: Any, replay: Any, text: str) -> Difference:
    return Difference(table=table, ledger=ledger, seq=seq, field=field, register=register, replay=replay, told=text)


def _short(entry: Entry) -> dict[str, Any]:
    return {"at": stamp_time(entry.at), "action": entry.action, "actor": entry.actor, "hash": entry.hash}


def _plain(value: Any) -> Any:
    return stamp_time(value) if hasattr(value, "astimezone") else value
