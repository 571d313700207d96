"""Keys of cases' personal data, and what finds a case by its sealed words (案件数据密钥、检索词)."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class CaseKeyRow(SQLModel, table=True):
    """The key with which one case's personal words are sealed, itself sealed with a key of the ring."""

    __tablename__ = "case_keys"
    __table_args__ = (Index("case_keys_case", "case_no"),)

    key_id: str = Field(primary_key=True)
    case_no: str
    algorithm: str
    ring_key: str
    """Which key of the ring it is sealed with."""
    wrapped: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """None once it is destroyed: nobody opens those words again."""
    made_at: datetime = instant_column()
    destroyed_at: datetime | None = instant_column(nullable=True)
    destroyed_by: str | None = None
    why: str | None = None


class CaseWordsRow(SQLModel, table=True):
    """Digests of the pieces of a narrative, under a key: a search finds the case, and nobody reads it from here."""

    __tablename__ = "case_words"
    __table_args__ = (Index("case_words_pieces", "pieces", postgresql_using="gin"),)

    case_no: str = Field(primary_key=True)
    pieces: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class DestructionRow(SQLModel, table=True):
    """The destruction of a case's personal data (销毁): asked for by one administrator, carried out by another."""

    __tablename__ = "destructions"

    case_no: str = Field(primary_key=True)
    asked_by: str
    asked_at: datetime = instant_column()
    why: str
    done_by: str | None = None
    done_at: datetime | None = instant_column(nullable=True)
