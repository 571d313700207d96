"""The register activity (台账写入): the only writer of `entries` and `cases`.

One SQL statement per command writes the entries and the case's row together. It moves a case only along its chain: the
row's head must be what the first new entry is chained to. A repetition changes nothing.

The register is written before the engine has kept the decision, so a worker that dies in between leaves entries that
the history does not know. They stand: whoever comes next is given them, and goes on from there.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from sqlmodel import SQLModel
from temporalio import activity

from models.ledger import GENESIS, Entry, read_time, stamp_time
from models.tables import (
    CaseRow,
    EntryRow,
    InquiryEntryRow,
    InquiryRow,
    MeetingEntryRow,
    MeetingRow,
    OversightEntryRow,
    OversightRow,
    ReportEntryRow,
    ReportRow,
    SolutionEntryRow,
    SolutionRow,
)


class LedgerConflictError(Exception):
    """The register went another way before this place (台账分叉): the history and the register disagree."""


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


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry that `entry_row` wrote."""
    return Entry(**{**row, "at": read_time(row["at"])})


@dataclass(frozen=True)
class Tables:
    """Where a kind of ledger is kept: one table for the entries, one for the row of each ledger."""

    entries: type[SQLModel]
    rows: type[SQLModel]

    @property
    def record(self) -> str:
        """The statement that writes entries and row along the chain, or nothing.

        The row is locked first: of two workers that write different entries to the same place the later one finds
        another head, and leaves none of its own behind.
        """
        entries, rows = self.entries.__tablename__, self.rows.__tablename__
        columns = [column.name for column in self.rows.__table__.columns]  # type: ignore[attr-defined]
        moved = [column for column in columns if column != "case_no"]
        return f"""
WITH stands AS (
    SELECT 1 FROM {rows} WHERE case_no = %(case_no)s AND head = %(prev)s FOR UPDATE
), base AS (
    SELECT 1 FROM stands UNION ALL SELECT 1 WHERE %(prev)s = '{GENESIS}' LIMIT 1
), written AS (
    INSERT INTO {entries}
    SELECT e.* FROM jsonb_populate_recordset(NULL::{entries}, %(entries)s::jsonb) AS e, base
    ON CONFLICT DO NOTHING
    RETURNING 1
), moved AS (
    INSERT INTO {rows}
    SELECT c.* FROM jsonb_populate_record(NULL::{rows}, %(row)s::jsonb) AS c, base
    ON CONFLICT (case_no) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in moved)}
    WHERE {rows}.head = %(prev)s
)
SELECT count(*) FROM written
"""

    @property
    def ledger(self) -> str:
        """The statement that reads a whole ledger."""
        return f"SELECT * FROM {self.entries.__tablename__} WHERE case_no = %s ORDER BY seq"


CASES = Tables(EntryRow, CaseRow)
INQUIRIES = Tables(InquiryEntryRow, InquiryRow)
MEETINGS = Tables(MeetingEntryRow, MeetingRow)
OVERSIGHT = Tables(OversightEntryRow, OversightRow)
SOLUTIONS = Tables(SolutionEntryRow, SolutionRow)
REPORTS = Tables(ReportEntryRow, ReportRow)


class Register:
    """The register of one kind of ledger, reached through a pool of connections in autocommit."""

    def __init__(self, pool: AsyncConnectionPool, tables: Tables = CASES) -> None:
        self._pool = pool
        self._record, self._ledger = tables.record, tables.ledger

    @activity.defn(name="record")
    async def record(self, batch: Batch) -> list[dict[str, Any]] | None:
        """Write one command's entries and the case's row. Returns nothing; the whole ledger where others stand there.

        Raises LedgerConflictError when not even the entry before these is the one they are chained to.
        """
        first, case_no = batch.entries[0], batch.row["case_no"]
        row = orjson.dumps({**batch.row, "state": orjson.Fragment(batch.state)}).decode()
        parameters = {
            "prev": first["prev"],
            "case_no": case_no,
            "entries": orjson.dumps(batch.entries).decode(),
            "row": row,
        }
        async with self._pool.connection() as connection:
            written = await (await connection.execute(self._record, parameters)).fetchone()
            if written and written[0] == len(batch.entries):
                return None
            cursor = connection.cursor(row_factory=class_row(Entry))
            ledger = await (await cursor.execute(self._ledger, (case_no,))).fetchall()
        return _what_stands(ledger, batch.entries)


def _what_stands(ledger: list[Entry], wanted: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    first = wanted[0]["seq"]
    if [entry.hash for entry in ledger[first - 1 :]] == [entry["hash"] for entry in wanted]:
        return None
    before = ledger[first - 2].hash if first > 1 else GENESIS
    if before != wanted[0]["prev"] or len(ledger) < first:
        raise LedgerConflictError(f"{wanted[0]['case_no']}: register and history disagree before entry {first}")
    return [entry_row(entry) for entry in ledger]
