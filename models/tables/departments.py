"""Departments' own systems (部门系统): how to reach each, and which of its calls were accepted."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AdapterRow(SQLModel, table=True):
    """How to reach a department (对接方式). A department without a row has the inbox."""

    __tablename__ = "department_adapters"

    unit: str = Field(primary_key=True)
    kind: str
    url: str | None = None
    """http: where notices are posted. email: the mail server, as smtp://host:port or smtps://host:port."""
    email: str | None = None
    """The mails' recipient."""
    sender: str | None = None
    """The mails' sender."""
    timeout_seconds: int
    fallback_hours: int
    """Hours without success until the inbox takes over."""
    key_version: int
    """The version of the signing key in force; the keys themselves are derived, never stored."""
    changed_by: str
    changed_at: datetime = instant_column()


class CallbackRow(SQLModel, table=True):
    """A delivery id used by a department's system (回调凭据): accepted once, with the body's digest."""

    __tablename__ = "callbacks"

    unit: str = Field(primary_key=True)
    delivery_id: str = Field(primary_key=True)
    digest: str
    at: datetime = instant_column()
