"""What came in from other systems and was refused, and what is imported (外部来件、批量导入)."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class IntakeRefusedRow(SQLModel, table=True):
    """Something sent in that could not be registered (退件): who sent it, and why not. Its content is not kept."""

    __tablename__ = "intake_refused"

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    channel: str
    source_id: str
    at: datetime = instant_column()
    digest: str
    """Of the content: whether the same came again."""
    reasons: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))


class ImportRow(SQLModel, table=True):
    """An import under way or done (批量导入)."""

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
    """Rows after the heading, empty ones too; None until the file has been read through once."""
    done: int
    kept: int
    refused: int
    error: str | None = None
    """Why the file as a whole could not be read."""


class ImportChunkRow(SQLModel, table=True):
    """A piece of the file that was sent: processes share no disk."""

    __tablename__ = "import_chunks"

    import_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportResultRow(SQLModel, table=True):
    """What became of one row of the file (逐行结果)."""

    __tablename__ = "import_results"

    import_id: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    case_no: str | None = None
    errors: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
