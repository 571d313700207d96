"""The register of oversight (督导台账): tasks of the pool and holes, beside the cases'."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class OversightEntryRow(SQLModel, table=True):
    """One entry of a task's ledger. Append-only like `entries`; `case_no` is the task's number."""

    __tablename__ = "oversight_entries"

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


class OversightRow(SQLModel, table=True):
    """A task or hole as its last entry left it."""

    __tablename__ = "oversight"
    __table_args__ = (
        Index("oversight_source", "source", unique=True),
        Index("oversight_owner", "owner"),
        Index("oversight_district", "district", postgresql_where=text("NOT closed")),
    )

    case_no: str = Field(primary_key=True)
    """Its own number."""
    seq: int
    head: str
    source: str
    """The entry it comes from: one entry opens one."""
    district: str
    owner: str
    kind: str
    stage: str
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
