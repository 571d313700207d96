"""Departments' own systems (部门系统): how each is reached, and which of its calls were taken."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AdapterRow(SQLModel, table=True):
    """How a department is reached (对接方式). A department without a row has the inbox."""

    __tablename__ = "department_adapters"

    unit: str = Field(primary_key=True)
    kind: str
    url: str | None = None
    """http: where notices are posted. email: the mail server, as smtp://host:port or smtps://host:port."""
    email: str | None = None
    """Where mails go."""
    sender: str | None = None
    """In whose name mails go."""
    timeout_seconds: int
    fallback_hours: int
    """After so many hours without success the inbox has to do."""
    key_version: int
    """Which signing key is in force; the keys themselves are derived and kept nowhere."""
    changed_by: str
    changed_at: datetime = instant_column()


class CallbackRow(SQLModel, table=True):
    """A delivery id that a department's system has used (回调凭据): taken once, with the digest of what it said."""

    __tablename__ = "callbacks"

    unit: str = Field(primary_key=True)
    delivery_id: str = Field(primary_key=True)
    digest: str
    at: datetime = instant_column()
