"""Rules by digest (规则库)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class RuleRow(SQLModel, table=True):
    """A part of the rules, or a place's set, as published. A trigger refuses any change."""

    __tablename__ = "rules"
    __table_args__ = (Index("rules_number", "kind", "place", "number", unique=True),)

    digest: str = Field(primary_key=True)
    """SHA-256 of the content's canonical text (models/ledger.py)."""
    kind: str
    place: str
    """Its place; empty for a shared part."""
    number: int
    """Its running number by kind and place; people see it as the version."""
    content: dict[str, Any] = Field(sa_type=JSON)
    """`json` keeps the text as written, so that its digest stays."""
    made_at: datetime = instant_column()
