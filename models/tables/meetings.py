"""The register of meetings (会议台账)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry


class MeetingEntryRow(LedgerEntry, table=True):
    """One entry of a meeting's ledger."""

    __tablename__ = "meeting_entries"


class MeetingRow(SQLModel, table=True):
    """A meeting as of its last entry."""

    __tablename__ = "meetings"
    __table_args__ = (Index("meetings_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),)

    case_no: str = Field(primary_key=True)
    """The meeting's own number."""
    seq: int
    head: str
    district: str
    month: str
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""
