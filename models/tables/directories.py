"""Duty lists, rosters and levels loaded by administrators (名册与清单); every version is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class DirectoryRow(SQLModel, table=True):
    """One version of a directory; the newest is in force."""

    __tablename__ = "directories"

    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """A department's code for a duty list, a district's for the others."""
    version: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_by: str
    changed_at: datetime = instant_column()
