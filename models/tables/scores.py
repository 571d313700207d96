"""Points and the acts contesting them (考核记分)."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class ScorePointRow(SQLModel, table=True):
    """One point, bound to its entry (记分). Append-only: a waived point is contested, not erased."""

    __tablename__ = "score_points"
    __table_args__ = (
        Index("score_points_cause", "case_no", "seq", "rule", "subject", unique=True),
        Index("score_points_month", "district", "at"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    case_no: str
    seq: int
    rule: str
    version: int
    kind: str
    subject: str
    unit: str
    district: str
    value: int
    at: datetime = instant_column()


class ScoreContestRow(SQLModel, table=True):
    """One act on a point: explanation, ruling, appeal, ruling on the appeal (说明与申诉). Append-only, each once."""

    __tablename__ = "score_contests"

    point: int = Field(sa_column=Column(BigInteger, primary_key=True))
    act: str = Field(primary_key=True)
    at: datetime = instant_column()
    actor: str
    role: str
    unit: str
    text: str
    waives: bool | None = Field(default=None, sa_column=Column(Boolean, nullable=True))
