"""Rules by digest (规则库)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class RuleRow(SQLModel, table=True):
    """A part of the rules, or the set of a place, as it once came into force. A trigger refuses any change."""

    __tablename__ = "rules"
    __table_args__ = (Index("rules_number", "kind", "place", "number", unique=True),)

    digest: str = Field(primary_key=True)
    """SHA-256 of the content's canonical text (models/ledger.py)."""
    kind: str
    place: str
    """Whose; empty for what is everybody's."""
    number: int
    """The how-manieth of its kind and place here: the version that people are shown."""
    content: dict[str, Any] = Field(sa_type=JSON)
    """`json`: the text as it was written, so that its digest stays."""
    made_at: datetime = instant_column()
