"""What every ledger's table has (台账条目): cases, inquiries, meetings, tasks, solutions, analyses keep one each."""

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
    """The number of the format it was written in."""
    command: str
    """The digest of the signed command that led to it; empty for what time brought."""
    change: dict[str, Any] = Field(sa_type=JSONB)
    """What it did to the state."""


class CommandRow(SQLModel, table=True):
    """A command that was carried out, as it was signed (签名指令). Append-only; of a ledger each id once.

    It answers whoever comes with the same key again, and accounts for the entries of a worker that died before the
    history had its command.
    """

    __tablename__ = "commands"

    ledger: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    digest: str
    """What tells another command under the same key from this one."""
    seq: int
    """The first entry that it led to."""
    signed: dict[str, Any] = Field(sa_type=JSONB)
