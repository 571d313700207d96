"""The register of inquiries (倒查台账), apart from the cases', so that no list, count or search includes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry


class InquiryEntryRow(LedgerEntry, table=True):
    """One entry of an inquiry's ledger."""

    __tablename__ = "inquiry_entries"


class InquiryOpeningRow(SQLModel, table=True):
    """An inquiry to be opened, kept before its triggering command is sent, so that none is lost."""

    __tablename__ = "inquiry_openings"
    __table_args__ = (Index("inquiry_openings_cause", "of_case", "cause", unique=True),)

    case_no: str = Field(primary_key=True)
    """The inquiry's own number."""
    of_case: str
    own: bool
    cause: str
    """The id of the triggering command; one command opens one inquiry."""
    command: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """The command that opens it."""
    at: datetime = instant_column()


class InquiryRow(SQLModel, table=True):
    """An inquiry as of its last entry."""

    __tablename__ = "inquiries"
    __table_args__ = (
        Index("inquiries_case", "of_case"),
        Index("inquiries_persons", "persons", postgresql_using="gin", postgresql_where=text("attitude AND closed")),
        Index("inquiries_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),
    )

    case_no: str = Field(primary_key=True)
    """The inquiry's own number."""
    seq: int
    head: str
    of_case: str
    own: bool
    stage: str
    persons: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    units: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    attitude: bool
    """Whether its finding concerns attitude."""
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""
