"""The register of solutions (一类事台账), and amended laws."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry


class SolutionEntryRow(LedgerEntry, table=True):
    """One entry of a solution's ledger."""

    __tablename__ = "solution_entries"


class SolutionRow(SQLModel, table=True):
    """A solution as of its last entry."""

    __tablename__ = "solutions"
    __table_args__ = (
        Index("solutions_district", "district", "stage"),
        Index("solutions_case", "of_case"),
        Index("solutions_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),
    )

    case_no: str = Field(primary_key=True)
    """The solution's own number."""
    seq: int
    head: str
    district: str
    of_case: str
    """The case it was drafted from; empty for one written by hand."""
    stage: str
    published: bool
    """Whether a version is in force."""
    closed: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""


class AmendedBasisRow(SQLModel, table=True):
    """A law or policy amended or repealed, as reported in a district (依据修改; CL8)."""

    __tablename__ = "amended_bases"

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    district: str
    citation: str
    why: str
    by: str
    at: datetime = instant_column()
