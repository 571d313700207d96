"""Register against replay (台账与重放对照): the first difference, named by place and field.

The register says what was decided; the replay says what the workflow's code decides from the history alone. Whoever
changed, deleted, inserted, reordered or cut off a row is found where the two part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.ledger import Entry, entry_hash, stamp_time

FIELDS = ("at", "action", "actor", "role", "unit", "command_id", "detail", "v", "command", "change", "prev", "hash")
"""Of an entry, in the order in which they are compared: what was done before how it is sealed."""

WHOLE = "entry"
"""The field's name where a row is missing on one side."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where register and replay part (首个不符之处)."""

    table: str
    ledger: str
    """The number of the case, inquiry or task."""
    seq: int
    field: str
    register: Any = None
    replay: Any = None
    told: str = ""
    """In words, for the auditor."""


def first_difference(
    table: str, ledger: str, register: Sequence[Entry], replayed: Sequence[Entry]
) -> Difference | None:
    """The first place at which the rows are not what the replay gives; None when every row is."""
    by_seq = {entry.seq: entry for entry in register}
    for entry in replayed:
        found = by_seq.pop(entry.seq, None)
        if found is None:
            return _said(table, ledger, entry.seq, WHOLE, None, _short(entry), "台账缺少这一条：被删除，或尾部被截断")
        for name in FIELDS:
            mine, theirs = getattr(found, name), getattr(entry, name)
            if mine != theirs:
                told = f"台账第 {entry.seq} 条的 {name} 与重放不符：被改动，或次序被调换"
                return _said(table, ledger, entry.seq, name, _plain(mine), _plain(theirs), told)
        if entry_hash(found) != found.hash:
            return _said(table, ledger, entry.seq, "hash", found.hash, entry_hash(found), "内容与哈希不符")
    if by_seq:
        extra = by_seq[min(by_seq)]
        return _said(table, ledger, extra.seq, WHOLE, _short(extra), None, "台账多出这一条：历史中没有，是插入的")
    return None


def row_difference(
    table: str, ledger: str, seq: int, row: Mapping[str, Any], want: Mapping[str, Any]
) -> Difference | None:
    """The first column of a projected row that does not follow from the ledger; None when all do."""
    for name, value in want.items():
        if row[name] != value:
            told = f"{table} 表的 {name} 不是台账得出的值：被改动"
            return _said(table, ledger, seq, name, _plain(row[name]), _plain(value), told)
    return None


def _said(table: str, ledger: str, seq: int, field: str, register: Any, replay: Any, told: str) -> Difference:
    return Difference(table=table, ledger=ledger, seq=seq, field=field, register=register, replay=replay, told=told)


def _short(entry: Entry) -> dict[str, Any]:
    return {"at": stamp_time(entry.at), "action": entry.action, "actor": entry.actor, "hash": entry.hash}


def _plain(value: Any) -> Any:
    return stamp_time(value) if hasattr(value, "astimezone") else value
