"""One ledger against its histories (台账核对): every entry, every signature, and the row.

Is the record true? The histories are compared with the register entry by entry; every command must be signed by its
giver; the row must follow from the entries. No rule is asked: whether the rules of the case say the same is another
question (`api/audit/deciding.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio.client import Client

from activities.archive import build_of
from activities.ledgers.kinds import Kind
from activities.platform.keyring import KeyRing
from activities.platform.signatures import ForgedError, PublicKeys, check_kept
from api.audit.histories import ArchiveError, Run, runs
from api.services import Services
from models.aggregate import SYSTEM, Aggregate, command_digest, signature_digest
from models.audit import Difference, first_difference, row_difference
from models.ledger import Entry, first_break, read_time
from workflows.histories.recorded import NoEvidenceError, Recorded, joined, recorded
from workflows.platform.codec import Codec

TRIES, PAUSE_SECONDS = 3, 1.0
"""A case that is worked on meanwhile may look forked for a moment: a difference must show again."""


@dataclass
class Verdict:
    """The result of verifying one ledger."""

    difference: Difference | None
    entries: int = 0
    events: int = 0
    runs: int = 0
    taken_over: list[int] = field(default_factory=list)
    """Entries after which a run was taken up from the register: those before are in no history that is left."""
    build: str = ""
    """Which code worked on it last, as its histories say."""


async def steadily(once: Callable[[], Awaitable[Verdict]]) -> Verdict:
    for _ in range(TRIES - 1):
        verdict = await once()
        if verdict.difference is None:
            return verdict
        await asyncio.sleep(PAUSE_SECONDS)
    return await once()


async def compared(
    services: Services, kind: Kind, number: str, client: Client, own_id: str, codec: Codec
) -> tuple[Verdict, list[Entry]]:
    """Compare one ledger with its histories; the verdict, and the entries of the register."""
    queries = services.queries.audit
    before = await queries.ledger(kind, number)
    await services.queries.rules.ensure_for(*(entry.detail for entry in before))
    try:
        histories = await runs(queries, client, own_id, services.personal.ring)
        whole, taken_over = await asyncio.to_thread(_recorded, histories, number, codec)
    except (ArchiveError, NoEvidenceError) as error:
        broken = Difference("histories", number, 0, "content", told=str(error))
        return Verdict(broken, len(before)), before
    register = await queries.ledger(kind, number)
    row = await queries.row(kind, number)
    kept = await queries.commands(number)
    difference = await asyncio.to_thread(
        _judged, kind, number, histories, whole, register, row, kept, services.personal.ring
    )
    build = build_of(histories[-1].history) if histories else ""
    return Verdict(difference, len(register), whole.events, len(histories), taken_over, build), register


def _recorded(histories: Sequence[Run], number: str, codec: Codec) -> tuple[Recorded, list[int]]:
    return joined(recorded(run.history, number, codec) for run in histories)


def _judged(
    kind: Kind,
    number: str,
    histories: Sequence[Run],
    whole: Recorded,
    register: Sequence[Entry],
    row: dict[str, Any] | None,
    kept: Mapping[str, dict[str, Any]],
    ring: KeyRing,
) -> Difference | None:
    """The first thing that does not fit."""
    if not histories:
        return Difference("histories", number, 0, "history", told="没有历史：引擎和归档中都查不到")
    table = kind.entries_table
    before = [entry for entry in register if entry.seq <= whole.seq]
    since = [entry for entry in register if entry.seq > whole.seq]
    if whole.seq and (not before or before[-1].hash != whole.head):
        reason = "历史接续之处的台账与历史不符：被改动，或台账落后"
        return Difference(table, number, whole.seq, "hash", before[-1].hash if before else None, whole.head, reason)
    difference = first_difference(table, number, since, whole.entries)
    if difference is None and (broken := first_break(register)):
        difference = Difference(table, number, broken.seq, "hash", told=broken.reason)
    return (
        difference
        or unsigned(table, number, register, whole.commands, kept, ring)
        or row_fault(kind, number, row, register)
    )


def unsigned(
    table: str,
    number: str,
    register: Sequence[Entry],
    sent: Mapping[str, dict[str, Any]],
    kept: Mapping[str, dict[str, Any]],
    keys: PublicKeys,
) -> Difference | None:
    """The first entry whose command none of our keys signed; None when all are vouched for.

    A command stands in the history (`sent`), or, where its worker died before the history had it, as the register kept
    it (`kept`): the signature makes both worth the same.
    """
    named: dict[str, dict[str, Any]] = {}  # what a command led the system to do bears its digest, and not its id
    for stored in (*kept.values(), *sent.values()):
        named[signature_digest(str(stored.get("signature", "")))] = stored
    vouched: set[str] = set()
    for entry in register:
        if entry.command in vouched or (not entry.command and entry.actor == SYSTEM.actor):
            continue
        reason = "这一条没有指令为凭：历史和台账都没有它的签名指令"
        for signed in (sent.get(entry.command_id), kept.get(entry.command_id), named.get(entry.command)):
            if signed is None:
                continue
            try:
                command = check_kept(keys, number, signed)
            except ForgedError as error:
                reason = f"这一条的指令不足为凭：{error}"
                continue
            reason = "这一条所指的不是留存的那条签名指令"
            if command_digest(command) == entry.command and entry.actor in (command.by.actor, SYSTEM.actor):
                vouched.add(entry.command)
                break
        if entry.command not in vouched:
            return Difference(table, number, entry.seq, "command", register=entry.command, told=reason)
    return None


def row_fault(kind: Kind, number: str, row: dict[str, Any] | None, ledger: Sequence[Entry]) -> Difference | None:
    """The difference between the ledger's row and its entries; None where they agree."""
    table = kind.rows_table
    if row is None:
        return Difference(table, number, len(ledger), "row", told=f"{table} 表缺少这一行：被删除")
    aggregate = kind.aggregate.from_entries(number, ledger)
    want = {name: _as_column(row[name], value) for name, value in kind.row(aggregate).items()}
    want["state"] = _plain(aggregate)
    return row_difference(table, number, aggregate.seq, {**row, "state": _state(kind.aggregate, row)}, want)


def _as_column(column: Any, value: Any) -> Any:
    return read_time(value) if isinstance(value, str) and isinstance(column, datetime) else value


def _plain(aggregate: Aggregate[Any]) -> Any:
    return aggregate.state.model_dump(mode="json", exclude_defaults=True)


def _state(aggregate: type[Aggregate[Any]], row: Mapping[str, Any]) -> Any:
    try:
        return _plain(aggregate.from_form(row["state"]))
    except (ValueError, KeyError, TypeError):
        return row["state"]
