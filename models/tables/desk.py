"""The counter's records outside cases (登记凭据、流水号、当场咨询)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class SavedFilterRow(SQLModel, table=True):
    """A user's saved search (常用查询)."""

    __tablename__ = "saved_filters"

    username: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    query: str
    """The query string of the page."""


class RegistrationRow(SQLModel, table=True):
    """An allotted number with its request, kept under the Idempotency-Key in one transaction (登记凭据)."""

    __tablename__ = "registrations"
    __table_args__ = (Index("registrations_key", "actor", "key", unique=True),)

    case_no: str = Field(primary_key=True)
    actor: str
    key: str
    body_digest: str
    command: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = instant_column()


class SerialRow(SQLModel, table=True):
    """The last number allotted in a division on a day (流水号), without gaps."""

    __tablename__ = "serials"

    series: str = Field(primary_key=True)
    last: int


class AdviceRow(SQLModel, table=True):
    """An enquiry answered at the counter (当场咨询), counted apart from cases (R09, IN3)."""

    __tablename__ = "advice"
    __table_args__ = (Index("advice_key", "actor", "key", unique=True),)

    advice_no: str = Field(primary_key=True)
    district: str
    unit: str
    at: datetime = instant_column()
    actor: str
    key: str
    matter: str
    question: str
    answer: str
    basis: str = ""
    case_no: str | None = None
    """The resulting case, if any."""
