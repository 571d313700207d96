"""The register of meetings (会议台账), beside the cases'."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class MeetingEntryRow(SQLModel, table=True):
    """One entry of a meeting's ledger. Append-only like `entries`; `case_no` is the meeting's number."""

    __tablename__ = "meeting_entries"

    case_no: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = instant_column()
    action: str
    actor: str
    role: str
    unit: str
    command_id: str
    detail: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    prev: str
    hash: str


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
