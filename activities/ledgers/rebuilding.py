"""Writing a ledger again (台账重建): entries that only its histories have, and the row made from them.

Existing entries are never removed or changed; the tables refuse both. Each ledger is one transaction, behind the lock
of the register's activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from psycopg import AsyncConnection

from activities.ledgers.kinds import Kind
from activities.ledgers.writing import entry_row
from models.aggregate import Aggregate, Command, key_digest
from models.ledger import Entry
from models.tables import CommandRow


class MovedError(RuntimeError):
    """Another process wrote to the ledger meanwhile (台账已变化); nothing is written."""


def row_of(kind: Kind, aggregate: Aggregate[Any]) -> dict[str, Any]:
    """The row of a ledger, made from its entries."""
    return {**kind.row(aggregate), "state": aggregate.form}


def command_row(number: str, seq: int, stored: Mapping[str, Any]) -> dict[str, Any]:
    """A signed command as the register keeps it, at the first entry that it caused."""
    message = {name: value for name, value in stored.items() if name not in ("name", "ledger", "id")}
    command = Command.received(stored["name"], stored["id"], message)
    return {"ledger": number, "id": command.id, "digest": key_digest(command), "seq": seq, "signed": dict(stored)}


async def write_again(
    session: AsyncConnection,
    kind: Kind,
    ledger: Sequence[Entry],
    missing: Sequence[Entry],
    commands: Sequence[Mapping[str, Any]],
    aggregate: Aggregate[Any],
) -> None:
    """Write the missing entries, and the row anew. Raises MovedError where the ledger has changed since the plan."""
    entries, rows, number = kind.entries_table, kind.rows_table, aggregate.number
    columns = [column.name for column in kind.rows.__table__.columns]  # type: ignore[attr-defined]
    moved = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "case_no")
    async with session.transaction():
        await session.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (number,))
        await session.execute(f"SELECT 1 FROM {rows} WHERE case_no = %s FOR UPDATE", (number,))
        cursor = await session.execute(f"SELECT hash FROM {entries} WHERE case_no = %s ORDER BY seq", (number,))
        if [row[0] for row in await cursor.fetchall()] != [entry.hash for entry in ledger]:
            raise MovedError(f"{number} 的台账在核对之后又有变化，请重试")
        # The row first: the event log takes the district from it.
        await session.execute(
            f"INSERT INTO {rows} SELECT * FROM jsonb_populate_record(NULL::{rows}, %s::jsonb)"
            f" ON CONFLICT (case_no) DO UPDATE SET {moved}",
            (orjson.dumps(row_of(kind, aggregate)).decode(),),
        )
        await session.execute(
            f"INSERT INTO {entries} SELECT * FROM jsonb_populate_recordset(NULL::{entries}, %s::jsonb)",
            (orjson.dumps([entry_row(entry) for entry in missing]).decode(),),
        )
        table = CommandRow.__tablename__
        await session.execute(
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            " ON CONFLICT DO NOTHING",
            (orjson.dumps(list(commands)).decode(),),
        )
