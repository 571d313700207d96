"""The statements that write and read a ledger (台账语句), on the tables of its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg.rows import RowMaker, class_row

from activities.ledgers.kinds import Kind
from models.aggregate import Aggregate, Command, kept, key_digest
from models.aggregate.upcasting import upcast_entry
from models.ledger import GENESIS, Entry, read_time, stamp_time
from models.tables import CommandRow


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as a JSON object with the columns of its table."""
    return {
        "case_no": entry.case_no,
        "seq": entry.seq,
        "at": stamp_time(entry.at),
        "action": entry.action,
        "actor": entry.actor,
        "role": entry.role,
        "unit": entry.unit,
        "command_id": entry.command_id,
        "detail": entry.detail,
        "prev": entry.prev,
        "hash": entry.hash,
        "v": entry.v,
        "command": entry.command,
        "change": entry.change,
    }


def as_read_today(kind: Kind) -> Callable[[Any], RowMaker[Entry]]:
    """A row factory for entries whose details are read: upcast to today's format.

    Code that checks hashes uses `class_row(Entry)`, the entries as written.
    """

    def factory(cursor: Any) -> RowMaker[Entry]:
        written = class_row(Entry)(cursor)
        return lambda values: upcast_entry(kind.name, written(values))

    return factory


def entry_of(row: dict[str, Any]) -> Entry:
    """The inverse of `entry_row`."""
    return Entry(**{**row, "at": read_time(row["at"])})


@dataclass(frozen=True)
class Statements:
    """The statements on the tables of one kind."""

    record: str
    """Writes entries, row and signed command along the chain, or nothing; returns the number of entries written."""
    state: str
    after: str
    earlier: str

    @staticmethod
    @cache
    def of(kind: Kind) -> Statements:
        """The statements of a kind.

        The row is locked first: of two workers that write at the same place, the later one finds another head. A new
        ledger has no row to lock; there the row's key decides. Entries and command depend on the row: if it did not
        change, nothing is written, and an entry whose place is taken fails the whole.
        """
        entries, rows, commands = kind.entries_table, kind.rows_table, CommandRow.__tablename__
        columns = [column.name for column in kind.rows.__table__.columns]  # type: ignore[attr-defined]
        moved = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "case_no")
        record = f"""
WITH known AS (
    SELECT 1 FROM {commands} WHERE ledger = %(ledger)s AND id = %(id)s
), stands AS (
    SELECT 1 FROM {rows} WHERE case_no = %(ledger)s AND head = %(prev)s FOR UPDATE
), base AS (
    SELECT 1 FROM (SELECT 1 FROM stands UNION ALL SELECT 1 WHERE %(prev)s = '{GENESIS}' LIMIT 1) AS place
    WHERE NOT EXISTS (SELECT 1 FROM known)
), moved AS (
    INSERT INTO {rows}
    SELECT r.* FROM jsonb_populate_record(NULL::{rows}, %(row)s::jsonb) AS r, base
    ON CONFLICT (case_no) DO UPDATE SET {moved} WHERE {rows}.head = %(prev)s
    RETURNING 1
), written AS (
    INSERT INTO {entries}
    SELECT e.* FROM jsonb_populate_recordset(NULL::{entries}, %(entries)s::jsonb) AS e, moved
    RETURNING 1
), kept AS (
    INSERT INTO {commands}
    SELECT c.* FROM jsonb_populate_record(NULL::{commands}, %(command)s::jsonb) AS c, moved
    WHERE %(command)s::jsonb IS NOT NULL
)
SELECT count(*) FROM written
"""
        return Statements(
            record=record,
            state=f"SELECT state FROM {rows} WHERE case_no = %s",
            after=f"SELECT * FROM {entries} WHERE case_no = %s AND seq > %s ORDER BY seq",
            earlier=f"SELECT digest, seq FROM {commands} WHERE ledger = %s AND id = %s",
        )


async def append(
    connection: AsyncConnection,
    kind: Kind,
    aggregate: Aggregate[Any],
    before: str,
    entries: Sequence[Entry],
    command: Command | None,
) -> bool:
    """Write entries after the head `before`, the row of `aggregate`, and the command that caused them; or nothing.

    Returns whether it wrote; it does not if the ledger has another head or already has the command.
    """
    signed = None
    if command is not None:
        record = {"ledger": aggregate.number, "id": command.id, "digest": key_digest(command)}
        first = next(entry.seq for entry in entries if entry.command)
        signed = orjson.dumps({**record, "seq": first, "signed": kept(aggregate.number, command)}).decode()
    parameters = {
        "ledger": aggregate.number,
        "prev": before,
        "id": command.id if command else "",
        "entries": orjson.dumps([entry_row(entry) for entry in entries]).decode(),
        "row": orjson.dumps({**kind.row(aggregate), "state": aggregate.form}).decode(),
        "command": signed,
    }
    written = await (await connection.execute(Statements.of(kind).record, parameters)).fetchone()
    return bool(written and written[0] == len(entries))
