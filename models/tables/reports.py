"""The register of monthly analyses (月度分析台账), and the cases behind their figures."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry


class ReportEntryRow(LedgerEntry, table=True):
    """One entry of an analysis's ledger."""

    __tablename__ = "report_entries"


class ReportRow(SQLModel, table=True):
    """An analysis as of its last entry."""

    __tablename__ = "reports"
    __table_args__ = (Index("reports_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),)

    case_no: str = Field(primary_key=True)
    """The analysis's own number."""
    seq: int
    head: str
    district: str
    month: str
    final: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""


class ReportCasesRow(SQLModel, table=True):
    """The cases behind one figure (可点开的数字); the analysis's ledger has their digest."""

    __tablename__ = "report_cases"

    district: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    case_nos: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
