"""The index of similar cases (相似案件索引). It holds keyed digests of words, never the words."""

from sqlalchemy import BigInteger, Column, Float, Identity, Index
from sqlmodel import Field, SQLModel


class SimilarDocumentRow(SQLModel, table=True):
    """A resolved case or a published solution (可参考的案件或一类事)."""

    __tablename__ = "similar_documents"
    __table_args__ = (Index("similar_documents_ref", "kind", "ref", unique=True),)

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    kind: str
    ref: str
    """A case's or a solution's number."""
    district: str


class SimilarTermRow(SQLModel, table=True):
    """One word of one document, with its weight by BM25 (词权重)."""

    __tablename__ = "similar_terms"
    __table_args__ = (Index("similar_terms_document", "document"),)

    district: str = Field(primary_key=True)
    term: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    document: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    weight: float = Field(sa_column=Column(Float, nullable=False))


class SimilarCountRow(SQLModel, table=True):
    """In how many documents of a district a word occurs (词频): rare words weigh more."""

    __tablename__ = "similar_counts"

    district: str = Field(primary_key=True)
    term: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    documents: int
