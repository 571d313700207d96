"""Keys of cases' personal data, and the search index of sealed text (案件数据密钥、检索词)."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class CaseKeyRow(SQLModel, table=True):
    """The key of one case's personal data, itself sealed with a key of the ring."""

    __tablename__ = "case_keys"
    __table_args__ = (Index("case_keys_case", "case_no"),)

    key_id: str = Field(primary_key=True)
    case_no: str
    algorithm: str
    ring_key: str
    """The ring's key that seals it."""
    wrapped: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """None once destroyed; the data cannot be opened again."""
    made_at: datetime = instant_column()
    destroyed_at: datetime | None = instant_column(nullable=True)
    destroyed_by: str | None = None
    why: str | None = None


class CaseWordsRow(SQLModel, table=True):
    """Keyed digests of pieces of a narrative: searchable, but not readable."""

    __tablename__ = "case_words"
    __table_args__ = (Index("case_words_pieces", "pieces", postgresql_using="gin"),)

    case_no: str = Field(primary_key=True)
    pieces: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class DestructionRow(SQLModel, table=True):
    """The destruction of a case's personal data (销毁): requested by one administrator, carried out by another."""

    __tablename__ = "destructions"

    case_no: str = Field(primary_key=True)
    asked_by: str
    asked_at: datetime = instant_column()
    why: str
    done_by: str | None = None
    done_at: datetime | None = instant_column(nullable=True)
