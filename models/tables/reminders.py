"""Reminders, each sent once (提醒)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class ReminderRow(SQLModel, table=True):
    """A reached step of the reminder ladder (催办阶梯): once per limit, even after crashes."""

    __tablename__ = "reminders"

    case_no: str = Field(primary_key=True)
    limit_key: str = Field(primary_key=True)
    start: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    percent: int = Field(sa_column=Column(Integer, primary_key=True))
    told: bool = Field(sa_column=Column(Boolean, nullable=False))
    """False where a higher step was reached before anybody could be reminded."""
    at: datetime = instant_column()


class ReminderNoteRow(SQLModel, table=True):
    """One person's reminders of one time, in one note (汇总提醒)."""

    __tablename__ = "reminder_notes"
    __table_args__ = (Index("reminder_notes_person", "username", "id"),)

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    username: str
    made_at: datetime = instant_column()
    read_at: datetime | None = instant_column(nullable=True)
    items: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))


class ReminderWatchRow(SQLModel, table=True):
    """How far a case was checked (巡查位置): its ledger's last entry then, and the time of its next step."""

    __tablename__ = "reminder_watch"

    case_no: str = Field(primary_key=True)
    seq: int
    next_at: datetime | None = instant_column(nullable=True)
