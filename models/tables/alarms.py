"""Alarms (告警), and what one administrator proposes and another confirms (双人复核)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AlarmRow(SQLModel, table=True):
    """A ledger or a workflow that stands still. Raised once, settled when it is over."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("alarms_open", "ledger", "kind", unique=True, postgresql_where=text("settled_at IS NULL")),
        Index("alarms_raised", "raised_at"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    kind: str
    """See `models.alarms.AlarmKind`."""
    ledger: str
    """The number of the case, meeting, …; of a sealed ledger, and of what is no ledger, the workflow's id."""
    ledger_kind: str
    """Which kind of ledger; empty for what is none."""
    status: str
    """Of a stopped one how it ended, in the engine's word: TERMINATED, FAILED, CANCELED, TIMED_OUT."""
    reason: str
    since: datetime = instant_column()
    raised_at: datetime = instant_column()
    settled_at: datetime | None = instant_column(nullable=True)
    mended_by: str | None = None
    """The two administrators who had it mended; None where it went away by itself."""


class ProposalRow(SQLModel, table=True):
    """Something that one administrator proposes, and that holds when another confirms it."""

    __tablename__ = "proposals"
    __table_args__ = (Index("proposals_waiting", "asked_at", postgresql_where=text("done_at IS NULL")),)

    id: str = Field(primary_key=True)
    what: str
    """calendar, take_up, rebuild."""
    about: str
    """The year, or the ledger; empty for all of them."""
    said: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    asked_by: str
    asked_at: datetime = instant_column()
    settled_by: str | None = None
    settled_at: datetime | None = instant_column(nullable=True)
    agreed: bool | None = None
    done_at: datetime | None = instant_column(nullable=True)
    """When it was carried out, or given up; None while that is still to be done."""
    told: str = ""
    """What came of it."""
