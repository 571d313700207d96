"""Columns of every ledger's table (台账条目): cases, inquiries, meetings, tasks, solutions, analyses."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class LedgerEntry(SQLModel):
    """One entry. Append-only: a trigger refuses UPDATE and DELETE (R21)."""

    case_no: str = Field(primary_key=True)
    """The number of the ledger: of the case, the inquiry, the meeting."""
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    action: str
    actor: str
    role: str
    unit: str
    command_id: str
    detail: dict[str, Any] = Field(sa_type=JSONB)
    prev: str
    hash: str
    v: int
    """The format number it was written in."""
    command: str
    """The digest of its signed command; empty for entries made by time."""
    change: dict[str, Any] = Field(sa_type=JSONB)
    """Its change of the state."""


class CommandRow(SQLModel, table=True):
    """An accepted command as it was signed (签名指令). Append-only; each id once per ledger.

    It answers repeats of the same key, and accounts for the entries of a worker that died before the
    history had its command.
    """

    __tablename__ = "commands"

    ledger: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    digest: str
    """Tells another command under the same key from this one."""
    seq: int
    """Its first entry."""
    signed: dict[str, Any] = Field(sa_type=JSONB)
