"""The register of oversight (督导台账): tasks of the pool and control gaps."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry


class OversightEntryRow(LedgerEntry, table=True):
    """One entry of a task's ledger."""

    __tablename__ = "oversight_entries"


class OversightRow(SQLModel, table=True):
    """A task or control gap as of its last entry."""

    __tablename__ = "oversight"
    __table_args__ = (
        Index("oversight_source", "source", unique=True),
        Index("oversight_owner", "owner"),
        Index("oversight_district", "district", postgresql_where=text("NOT closed")),
        Index("oversight_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),
    )

    case_no: str = Field(primary_key=True)
    """Its own number."""
    seq: int
    head: str
    source: str
    """The entry it comes from; an entry opens at most one."""
    district: str
    owner: str
    kind: str
    stage: str
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""
