"""The event log (事件流): unnumbered entries, numbered ones, and followers' positions."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Identity, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class OutboxRow(SQLModel, table=True):
    """An entry without a number yet (发件箱). A trigger on `entries` writes it, numbering removes it."""

    __tablename__ = "outbox"

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    case_no: str
    seq: int
    district: str | None = None


class EventRow(SQLModel, table=True):
    """An entry's number (事件编号): 1, 2, 3 … over all cases, without gaps."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("case_no", "seq"),)

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    case_no: str
    seq: int
    district: str | None = None
    """The case's district when the entry was written; none where the entry belongs to no case."""


class FollowerRow(SQLModel, table=True):
    """The last event that a follower has handled (读取位置)."""

    __tablename__ = "followers"

    name: str = Field(primary_key=True)
    position: int = Field(sa_column=Column(BigInteger, nullable=False))


class SubscriptionRow(SQLModel, table=True):
    """A subscription to events (订阅)."""

    __tablename__ = "subscriptions"

    id: str = Field(primary_key=True)
    url: str
    district: str | None = None
    """Limits events to this district; None for all."""
    actions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Limits events to these actions; empty for all."""
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The last event sent or skipped."""
    active: bool = Field(sa_column=Column(Boolean, nullable=False))
    failures: int
    """Consecutive failed attempts at the event after the position."""
    next_try_at: datetime | None = instant_column(nullable=True)
    last_error: str | None = None
    created_by: str
    created_at: datetime = instant_column()
    key_version: int
    """The version of the signing key in force; the keys themselves are derived, never stored."""
