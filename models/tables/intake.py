"""Refused items from other systems, and imports (外部来件、批量导入)."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class IntakeRefusedRow(SQLModel, table=True):
    """An item sent in that could not be registered (退件): sender and reason. Its content is not kept."""

    __tablename__ = "intake_refused"

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    channel: str
    source_id: str
    at: datetime = instant_column()
    digest: str
    """The content's digest, to recognise repeats."""
    reasons: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))


class ImportRow(SQLModel, table=True):
    """An import, running or done (批量导入)."""

    __tablename__ = "imports"
    __table_args__ = (Index("imports_waiting", "created_at", postgresql_where=text("finished_at IS NULL")),)

    import_id: str = Field(primary_key=True)
    filename: str
    kind: str
    dry_run: bool
    actor: str
    role: str
    unit: str
    district: str
    created_at: datetime = instant_column()
    finished_at: datetime | None = instant_column(nullable=True)
    total: int | None = None
    """Rows after the heading, including empty ones; None until the file has been read once."""
    done: int
    kept: int
    refused: int
    error: str | None = None
    """Why the whole file could not be read."""


class ImportChunkRow(SQLModel, table=True):
    """A piece of the uploaded file; processes share no disk."""

    __tablename__ = "import_chunks"

    import_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportResultRow(SQLModel, table=True):
    """The result of one row of the file (逐行结果)."""

    __tablename__ = "import_results"

    import_id: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    case_no: str | None = None
    errors: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
