"""Old registers and third-party scores (旧台账、第三方评议): kept beside the cases, part of no rate."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class OldRecordRow(SQLModel, table=True):
    """A row of a register from before this system (旧台账), with its origin."""

    __tablename__ = "old_records"
    __table_args__ = (Index("old_records_day", "district", "registered_on"),)

    district: str = Field(primary_key=True)
    file_sha256: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    file_name: str
    source_no: str | None = None
    unit: str
    matter: str
    category: str | None = None
    applicant: str | None = None
    outcome: str | None = None
    registered_on: date
    resolved_on: date | None = None
    imported_by: str
    imported_at: datetime = instant_column()


class OutsideScoreRow(SQLModel, table=True):
    """A third party's score of a district or one of its units (第三方评议)."""

    __tablename__ = "outside_scores"
    __table_args__ = (Index("outside_scores_month", "district", "month"),)

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    district: str
    month: str
    source: str
    unit: str | None = None
    score: float
    out_of: float
    sample: int | None = None
    note: str | None = None
    by: str
    at: datetime = instant_column()
