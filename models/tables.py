"""The tables (SQLModel). PostgreSQL only: `text[]`, `jsonb`, `timestamptz`.

`entries` and `cases` are the register (台账): written by the register activity alone, both in one statement. The other
tables hold what is no case: the organisation, the calendar, numbers allotted, the log of access.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


def _instant(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable), default=None)


class EntryRow(SQLModel, table=True):
    """One ledger entry (台账条目). Append-only: a trigger refuses UPDATE and DELETE (R21)."""

    __tablename__ = "entries"

    case_no: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = _instant()
    action: str
    actor: str
    role: str
    unit: str
    command_id: str
    detail: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    prev: str
    hash: str


class CaseRow(SQLModel, table=True):
    """A case as its last entry left it (案件快照): columns for lists and search, and the whole state."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_readers", "readers", postgresql_using="gin"),
        Index("cases_district_registered", "district", "registered_at", "case_no"),
        Index("cases_applicant", "applicant_key"),
        Index("cases_parent", "parent"),
        Index("cases_calendar", "calendar_version", postgresql_where=text("NOT finished")),
    )

    case_no: str = Field(primary_key=True)
    seq: int
    head: str
    district: str
    unit: str
    readers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Units that may read: the holder, former holders, departments with a part in it, the awaited receiver."""
    first_receiver: str
    stage: str
    category: str | None = None
    channel: str
    request_type: str
    matter: str
    search: str
    """What the text filter looks through: matter, narrative, number. No personal data beyond what a clerk wrote."""
    departments: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    clock_state: str
    due_at: datetime | None = _instant(nullable=True)
    overdue: bool
    registered_at: datetime = _instant()
    applicant_key: str | None = None
    """Digest of the applicant's identity: finds their other cases without storing it twice."""
    breaches: int
    parent: str | None = None
    merged_into: str | None = None
    linked: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    calendar_version: int
    finished: bool
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class RegistrationRow(SQLModel, table=True):
    """A number allotted and the request kept under its Idempotency-Key, in one transaction (登记凭据)."""

    __tablename__ = "registrations"
    __table_args__ = (Index("registrations_key", "actor", "key", unique=True),)

    case_no: str = Field(primary_key=True)
    actor: str
    key: str
    body_digest: str
    command: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = _instant()


class SerialRow(SQLModel, table=True):
    """The last number allotted in a division on a day (流水号), gap-free."""

    __tablename__ = "serials"

    series: str = Field(primary_key=True)
    last: int


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


class StaffRow(SQLModel, table=True):
    """A local account (本地账号)."""

    __tablename__ = "staff"

    username: str = Field(primary_key=True)
    role: str
    unit: str | None = None
    name: str
    password_hash: str


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
    changed_at: datetime = _instant()


class AdviceRow(SQLModel, table=True):
    """A consultation that ended at the counter (当场咨询), counted apart from cases (R09, IN3)."""

    __tablename__ = "advice"
    __table_args__ = (Index("advice_key", "actor", "key", unique=True),)

    advice_no: str = Field(primary_key=True)
    district: str
    unit: str
    at: datetime = _instant()
    actor: str
    key: str
    matter: str
    question: str
    answer: str
    basis: str = ""
    case_no: str | None = None
    """The case it became, if it was turned into one."""


WRONG_CODE = "query_code"
"""What the access log calls an attempt with a query code that does not fit."""


class AccessRow(SQLModel, table=True):
    """One refused attempt (访问日志): who wanted what, and why not. Personal data never."""

    __tablename__ = "access_log"

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = _instant()
    actor: str
    role: str
    unit: str
    action: str
    case_no: str
    status: int
    reason: str
    address: str
