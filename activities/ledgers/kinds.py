"""Kinds of ledgers (台账种类): their content and tables, declared once for all readers and writers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from models.aggregate import Aggregate
from models.case import Case
from models.inquiry import Inquiry
from models.inquiry.row import inquiry_row
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


@dataclass(frozen=True)
class Kind:
    """One kind: its aggregate, its row as a function of the state, and its two tables."""

    aggregate: type[Aggregate[Any]]
    row: Callable[[Any], dict[str, Any]]
    """Every column of the row but the state itself."""
    entries: type[SQLModel]
    rows: type[SQLModel]
    over: str
    """The column of its row that is true when nothing is left to wait for."""

    @property
    def name(self) -> str:
        """Its name in keys and formats."""
        return self.aggregate.kind

    @property
    def entries_table(self) -> str:
        """The table of its entries."""
        return str(self.entries.__tablename__)

    @property
    def rows_table(self) -> str:
        """The table with a row for each ledger."""
        return str(self.rows.__tablename__)


CASES = Kind(Case, case_row, EntryRow, CaseRow, "finished")
INQUIRIES = Kind(Inquiry, inquiry_row, InquiryEntryRow, InquiryRow, "closed")
OVERSIGHT = Kind(Oversight, oversight_row, OversightEntryRow, OversightRow, "closed")
MEETINGS = Kind(Meeting, meeting_row, MeetingEntryRow, MeetingRow, "closed")
REPORTS = Kind(Report, report_row, ReportEntryRow, ReportRow, "final")
SOLUTIONS = Kind(Solution, solution_row, SolutionEntryRow, SolutionRow, "closed")

KINDS = {kind.name: kind for kind in (CASES, INQUIRIES, OVERSIGHT, MEETINGS, REPORTS, SOLUTIONS)}
"""By name."""

BY_ENTRIES = {kind.entries_table: kind for kind in KINDS.values()}
"""By the table of the entries."""
