"""Histories of closed runs (历史归档): written once, kept when the engine has forgotten them."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class HistoryRow(SQLModel, table=True):
    """One closed run of a workflow, whole (归档历史). Append-only."""

    __tablename__ = "histories"
    __table_args__ = (Index("histories_closed", "namespace", "closed_at"),)

    workflow_id: str = Field(primary_key=True)
    run_id: str = Field(primary_key=True)
    namespace: str
    started_at: datetime = instant_column()
    closed_at: datetime = instant_column()
    build_id: str
    """The code that worked on it last."""
    events: int
    sha256: str
    """Of the history as JSON, before it was compressed."""
    sm3: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The history as JSON, compressed with gzip. Of a sealed ledger the payloads stay encrypted."""
    archived_at: datetime = instant_column()
    signature: str
    """The system's, over all of it but this and when it was kept: who has the database alone cannot make another."""
