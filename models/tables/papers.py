"""Papers handed out (已出具文书), with their text at that time."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class PaperRow(SQLModel, table=True):
    """A paper as handed out, with its text kept for ever, sealed with its case's key."""

    __tablename__ = "papers"

    no: str = Field(primary_key=True)
    case_no: str = Field(index=True)
    kind: str
    version: int
    """The version of its wording."""
    seq: int
    """The entry that issued it."""
    content: str
    """Its blocks as JSON (models/papers/blocks.py), sealed."""
    code: str
    """校验码, over the text and the entry."""
    handed_out_at: datetime = instant_column()
