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
