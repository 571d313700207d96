"""The register activity (台账写入): the only writer of `entries` and `cases`.

One SQL statement per command writes the entries and the case's row together. It moves a case only along its chain:
the row's head must be what the first new entry is chained to. A repetition changes nothing; a fork is refused.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity

from models.ledger import GENESIS, Entry, stamp_time
from models.tables import CaseRow


class LedgerConflictError(Exception):
    """The register already holds another entry at this place (台账分叉): the history and the register disagree."""


class Batch(BaseModel):
    """What one command left: its entries, the row of the case, and the state as JSON text."""

    entries: list[dict[str, Any]]
    row: dict[str, Any]
    state: str


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as a JSON object with the columns of `entries`."""
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
    }


_COLUMNS = [column.name for column in CaseRow.__table__.columns]  # type: ignore[attr-defined]
_RECORD = f"""
WITH base AS (
    SELECT 1 WHERE %(prev)s = '{GENESIS}' OR EXISTS (
        SELECT 1 FROM cases WHERE case_no = %(case_no)s AND head = %(prev)s)
), written AS (
    INSERT INTO entries
    SELECT e.* FROM jsonb_populate_recordset(NULL::entries, %(entries)s::jsonb) AS e, base
    ON CONFLICT DO NOTHING
    RETURNING 1
), moved AS (
    INSERT INTO cases
    SELECT c.* FROM jsonb_populate_record(NULL::cases, %(row)s::jsonb) AS c, base
    ON CONFLICT (case_no) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS if c != "case_no")}
    WHERE cases.head = %(prev)s
)
SELECT count(*) FROM written
"""
_HASHES = "SELECT seq, hash FROM entries WHERE case_no = %s AND seq = ANY(%s)"


@dataclass(frozen=True)
class Register:
    """The register, reached through a pool of connections in autocommit."""

    pool: AsyncConnectionPool

    @activity.defn(name="record")
    async def record(self, batch: Batch) -> None:
        """Write one command's entries and the case's row.

        Raises LedgerConflictError when the register holds other entries at these places.
        """
        first, case_no = batch.entries[0], batch.row["case_no"]
        row = orjson.dumps({**batch.row, "state": orjson.Fragment(batch.state)}).decode()
        parameters = {
            "prev": first["prev"],
            "case_no": case_no,
            "entries": orjson.dumps(batch.entries).decode(),
            "row": row,
        }
        async with self.pool.connection() as connection:
            written = await (await connection.execute(_RECORD, parameters)).fetchone()
            if written and written[0] == len(batch.entries):
                return
            found = await connection.execute(_HASHES, (case_no, [e["seq"] for e in batch.entries]))
            there: dict[int, str] = dict(await found.fetchall())
        wanted = {e["seq"]: e["hash"] for e in batch.entries}
        if there != wanted:
            raise LedgerConflictError(f"{case_no}: register and history disagree at {sorted(wanted)}")
