"""One ledger against its histories (台账核对): every entry and the row, replayed with the worker's own code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from temporalio.client import Client
from temporalio.converter import DataConverter

from api.deps import Services
from api.histories import ArchiveError, Run, runs
from api.queries.rows import table_of
from models.aggregate import Aggregate
from models.audit import Difference, first_difference, row_difference
from models.case import Case
from models.inquiry import Inquiry
from models.inquiry.row import inquiry_row
from models.ledger import Entry, read_time
from models.meeting import Meeting
from models.meeting.row import meeting_row
from models.oversight import Oversight
from models.oversight.row import oversight_row
from models.report import Report
from models.report.row import report_row
from models.row import case_row
from models.solution import Solution
from models.solution.row import solution_row
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
from workflows.replaying import Replayed, replay_runs

TRIES, PAUSE_SECONDS = 3, 1.0
"""A case that is worked on meanwhile may look forked for a moment: what differs must differ again."""


@dataclass(frozen=True)
class Kind:
    """A kind of ledger: its tables, and how its row follows from its state."""

    entries: Table
    rows: Table
    empty: Callable[[str], Aggregate[Any]]
    row: Callable[[Any], dict[str, Any]]


CASES = Kind(table_of(EntryRow), table_of(CaseRow), Case, case_row)
INQUIRIES = Kind(table_of(InquiryEntryRow), table_of(InquiryRow), Inquiry, inquiry_row)
OVERSIGHT = Kind(table_of(OversightEntryRow), table_of(OversightRow), Oversight, oversight_row)
MEETINGS = Kind(table_of(MeetingEntryRow), table_of(MeetingRow), Meeting, meeting_row)
REPORTS = Kind(table_of(ReportEntryRow), table_of(ReportRow), Report, report_row)
SOLUTIONS = Kind(table_of(SolutionEntryRow), table_of(SolutionRow), Solution, solution_row)


@dataclass
class Verdict:
    """What verifying one ledger gave."""

    difference: Difference | None
    entries: int = 0
    events: int = 0
    runs: int = 0


async def steadily(once: Callable[[], Awaitable[Verdict]]) -> Verdict:
    for _ in range(TRIES - 1):
        found = await once()
        if found.difference is None:
            return found
        await asyncio.sleep(PAUSE_SECONDS)
    return await once()


async def compared(
    wired: Services, kind: Kind, number: str, client: Client, own_id: str, converter: DataConverter
) -> tuple[Verdict, Replayed, list[Entry]]:
    """Compare one ledger with its histories. Entries written while we look are none of today's business."""
    queries, table = wired.queries.audit, kind.entries
    before = await queries.ledger(table, number)
    await wired.queries.rules.ensure_for(*(entry.detail for entry in before))
    try:
        found = await runs(queries, client, own_id)
    except ArchiveError as error:
        broken = Difference("histories", number, 0, "content", told=str(error))
        return Verdict(broken, len(before)), Replayed(), before
    replayed = await replay_runs([run.history for run in found], converter)
    after = await queries.ledger(table, number)
    reach = max(len(before), len(replayed.ledger))
    register = [entry for entry in after if entry.seq <= reach or entry in before]
    difference = _replay_failure(number, found, replayed)
    difference = difference or first_difference(table.name, number, register, replayed.ledger)
    difference = difference or _row(kind, number, await queries.row(kind.rows, number), replayed.ledger)
    events = sum(len(run.history.events) for run in found)
    return Verdict(difference, len(register), events, len(found)), replayed, register


def _replay_failure(number: str, found: Sequence[Run], replayed: Replayed) -> Difference | None:
    if not found:
        return Difference("histories", number, 0, "history", told="没有历史：引擎和归档中都查不到")
    if replayed.failure:
        told = "历史不是现行代码可以产生的：被改动，或代码变更没有留补丁"
        return Difference("histories", number, len(replayed.ledger) + 1, "history", replay=replayed.failure, told=told)
    return None


def _row(kind: Kind, number: str, row: dict[str, Any] | None, ledger: Sequence[Entry]) -> Difference | None:
    """The row of the ledger is what its entries make. One that has moved on meanwhile is left to the next look."""
    table = kind.rows.name
    if row is None:
        return Difference(table, number, len(ledger), "row", told=f"{table} 表缺少这一行：被删除")
    if row["seq"] > len(ledger):
        return None
    it = kind.empty(number)
    for entry in ledger:
        it.apply(entry)
    want = {name: _as_column(row[name], value) for name, value in kind.row(it).items()}
    want["state"] = it.state.model_dump(mode="json", exclude_defaults=True)
    return row_difference(table, number, it.state.seq, {**row, "state": _state(it, row)}, want)


def _as_column(stands: Any, value: Any) -> Any:
    return read_time(value) if isinstance(value, str) and isinstance(stands, datetime) else value


def _state(it: Aggregate[Any], row: Mapping[str, Any]) -> Any:
    try:
        return type(it.state).model_validate(row["state"]).model_dump(mode="json", exclude_defaults=True)
    except ValueError:
        return row["state"]
