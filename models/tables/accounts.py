"""Accounts (账号): users, their second factors and their sessions."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class StaffRow(SQLModel, table=True):
    """A local account (本地账号)."""

    __tablename__ = "staff"

    username: str = Field(primary_key=True)
    role: str
    unit: str | None = None
    name: str
    password_hash: str
    person_no: str | None = None
    """The person's staff number (工号): it shows which accounts belong to one person."""
    disabled_at: datetime | None = instant_column(nullable=True)


class SecondFactorRow(SQLModel, table=True):
    """A person's one-time-password secret (动态口令), sealed with a key of the ring."""

    __tablename__ = "second_factors"

    username: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    confirmed_at: datetime | None = instant_column(nullable=True)
    """None until the person has confirmed it with their device."""
    last_step: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The time step of the last accepted code; none is accepted twice."""


class SessionRow(SQLModel, table=True):
    """A signed-in browser (会话)."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_username", "username"),)

    id: str = Field(primary_key=True)
    """A digest of the browser's token; a reader of the table cannot sign in with it."""
    username: str
    enrolling: bool
    """Valid only for setting up a second factor."""
    created_at: datetime = instant_column()
    seen_at: datetime = instant_column()
    ended_at: datetime | None = instant_column(nullable=True)
    address: str
