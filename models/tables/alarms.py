"""Alarms (告警), and proposals of one administrator for another to confirm (双人复核)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AlarmRow(SQLModel, table=True):
    """An alarm about a ledger or workflow. Raised once, settled when it is over."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("alarms_open", "ledger", "kind", unique=True, postgresql_where=text("settled_at IS NULL")),
        Index("alarms_raised", "raised_at"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    kind: str
    """See `models.alarms.AlarmKind`."""
    ledger: str
    """The ledger's number; for sealed ledgers, and where there is no ledger, the workflow's id."""
    ledger_kind: str
    """The kind of ledger; empty if there is none."""
    status: str
    """How a stopped workflow ended, in the engine's term: TERMINATED, FAILED, CANCELED, TIMED_OUT."""
    reason: str
    since: datetime = instant_column()
    raised_at: datetime = instant_column()
    settled_at: datetime | None = instant_column(nullable=True)
    mended_by: str | None = None
    """The two administrators who had it mended; None where it settled itself."""


class ProposalRow(SQLModel, table=True):
    """A proposal of one administrator that takes effect when another confirms it."""

    __tablename__ = "proposals"
    __table_args__ = (Index("proposals_waiting", "asked_at", postgresql_where=text("done_at IS NULL")),)

    id: str = Field(primary_key=True)
    what: str
    """calendar, take_up, rebuild."""
    about: str
    """The year, or the ledger; empty for all."""
    said: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    asked_by: str
    asked_at: datetime = instant_column()
    settled_by: str | None = None
    settled_at: datetime | None = instant_column(nullable=True)
    agreed: bool | None = None
    done_at: datetime | None = instant_column(nullable=True)
    """When it was carried out or given up; None before."""
    told: str = ""
    """The outcome, in words."""
