"""Shared columns (公共列)."""

from typing import Any

from sqlalchemy import Column, DateTime
from sqlmodel import Field


def instant_column(*, nullable: bool = False) -> Any:
    """An instant (timestamptz)."""
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable), default=None)
