"""Histories of closed runs (历史归档): written once, kept after the engine deletes its own."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class HistoryRow(SQLModel, table=True):
    """The whole history of one closed run (归档历史). Append-only."""

    __tablename__ = "histories"
    __table_args__ = (Index("histories_closed", "namespace", "closed_at"),)

    workflow_id: str = Field(primary_key=True)
    run_id: str = Field(primary_key=True)
    namespace: str
    started_at: datetime = instant_column()
    closed_at: datetime = instant_column()
    build_id: str
    """The build that worked on it last."""
    events: int
    sha256: str
    """The digest of the uncompressed JSON."""
    sm3: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The history as JSON, compressed with gzip. A sealed ledger's payloads stay encrypted."""
    archived_at: datetime = instant_column()
    signature: str
    """The system's signature over everything but itself and the time of storing; the database alone cannot forge it."""
