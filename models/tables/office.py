"""Organisation, calendar, access log (机构、日历、访问日志)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class UnitRow(SQLModel, table=True):
    """A unit of the organisation (机构)."""

    __tablename__ = "units"

    code: str = Field(primary_key=True)
    name: str
    kind: str
    level: str
    parent: str | None = None
    district: str
    division: str


class CalendarChangeRow(SQLModel, table=True):
    """One change of the business calendar (日历变更), in force from its version on."""

    __tablename__ = "calendar_changes"

    version: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    year: int
    workdays: list[date] = Field(sa_column=Column(ARRAY(Date), nullable=False))
    holidays: list[date] = Field(sa_column=Column(ARRAY(Date), nullable=False))
    source: str
    published: bool = Field(sa_column=Column(Boolean, nullable=False))
    changed_by: str
    changed_at: datetime = instant_column()


WRONG_CODE = "query_code"
"""The access log's action for a wrong query code."""

SIGN_IN = "sign_in"
"""The access log's action for a wrong password."""


class AccessRow(SQLModel, table=True):
    """One access or refused attempt (访问日志): who, what, why refused. No personal data. Append-only."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("access_log_case", "case_no", "id"),
        Index("access_log_sign_ins", "actor", "at", postgresql_where=text(f"action = '{SIGN_IN}'")),
        Index("access_log_codes", "address", "at", postgresql_where=text(f"action = '{WRONG_CODE}'")),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = instant_column()
    actor: str
    role: str
    unit: str
    action: str
    case_no: str
    status: int
    reason: str
    address: str


class AccessSealRow(SQLModel, table=True):
    """A seal over a section of the access log (访问日志封存). Append-only."""

    __tablename__ = "access_seals"

    up_to: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    count: int
    seal: str
    at: datetime = instant_column()
