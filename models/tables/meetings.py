"""The register of meetings (会议台账), beside the cases'."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.ledger import LedgerEntry


class MeetingEntryRow(LedgerEntry, table=True):
    """One entry of a meeting's ledger."""

    __tablename__ = "meeting_entries"


class MeetingRow(SQLModel, table=True):
    """A meeting as its last entry left it."""

    __tablename__ = "meetings"

    case_no: str = Field(primary_key=True)
    """The meeting's own number."""
    seq: int
    head: str
    district: str
    month: str
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
