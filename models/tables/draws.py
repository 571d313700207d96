"""Draws of look-backs (回头看抽查)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class DrawRow(SQLModel, table=True):
    """One month's draw of a district: committed before the month, revealed after it."""

    __tablename__ = "look_back_draws"

    district: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    commitment: str
    seed: str
    """Secret until it is revealed."""
    share: float
    committed_at: datetime = instant_column()
    revealed_at: datetime | None = instant_column(nullable=True)
    settled_at: datetime | None = instant_column(nullable=True)
    """When every case of the month had got its result."""
