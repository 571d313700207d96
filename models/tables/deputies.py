"""Who stands in for whom (代理)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class DeputationRow(SQLModel, table=True):
    """One person stands in for another between two days (代理). A revoked row stays, as do the acts done under it."""

    __tablename__ = "deputations"
    __table_args__ = (Index("deputations_principal", "principal"), Index("deputations_deputy", "deputy"))

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    principal: str
    deputy: str
    since: date
    until: date
    reason: str
    made_by: str
    made_at: datetime = instant_column()
    revoked_by: str | None = None
    revoked_at: datetime | None = instant_column(nullable=True)


class CounterAddressRow(SQLModel, table=True):
    """A network address from which a window's staff worked (窗口地址), and when last."""

    __tablename__ = "counter_addresses"

    address: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    seen_on: date
