"""The register (台账): entries and cases; only the register activity writes them, both in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column
from models.tables.ledger import LedgerEntry

ANSWER = "md5(coalesce(detail->>'text', detail->>'content'))"
IS_ANSWER = "action IN ('explained', 'replied')"
"""The text of an answer, to find earlier equal ones (雷同答复)."""
SOLUTION = "(detail->>'solution_id')"
SAID_NO = (
    "action = 'explained' OR (action = 'diagnosed' AND (detail->>'category') = 'cannot')"
    " OR (action = 'replied' AND (detail->>'result') = 'cannot')"
)
"""Entries with a negative answer (否定答复)."""
IS_APPLIED = "action = 'solution_applied'"
STAMP_CODE = "(detail->>'stamp_code')"
IS_STAMPED = "action = 'accepted' AND detail ? 'stamp_code'"


class EntryRow(LedgerEntry, table=True):
    """One entry of a case."""

    __tablename__ = "entries"
    __table_args__ = (
        Index("entries_answers", text(ANSWER), postgresql_where=text(IS_ANSWER)),
        Index("entries_archived", "at", postgresql_where=text("action = 'archived'")),
        Index("entries_assigned", "at", postgresql_where=text("action = 'assigned'")),
        Index("entries_publicised", "at", postgresql_where=text("action = 'publicised'")),
        Index("entries_received", "at", postgresql_where=text("action = 'received'")),
        Index("entries_said_no", "case_no", postgresql_where=text(SAID_NO)),
        Index("entries_solutions", text(SOLUTION), postgresql_where=text(IS_APPLIED)),
        Index("entries_stamps", text(STAMP_CODE), postgresql_where=text(IS_STAMPED)),
    )


class CaseRow(SQLModel, table=True):
    """A case as of its last entry (案件快照): columns for lists and search, and the whole state."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_readers", "readers", postgresql_using="gin"),
        Index("cases_district_registered", "district", "registered_at", "case_no"),
        Index("cases_applicant", "applicant_key"),
        Index("cases_parent", "parent"),
        Index("cases_linked", "linked", postgresql_using="gin", postgresql_where=text("linked <> '{}'")),
        # Never an index over `state`: PostgreSQL would write every index anew with every entry.
        Index("cases_drafts", "district", postgresql_where=text("drafts")),
        Index("cases_follow_up", "district", postgresql_where=text("follow_up")),
        Index("cases_refused", "refused_at", postgresql_where=text("refused_at IS NOT NULL")),
        Index("cases_waits", "waits", postgresql_using="gin"),
        Index("cases_open_due", "due_at", postgresql_where=text("stage NOT IN ('archived', 'declined', 'withdrawn')")),
        Index("cases_calendar", "calendar_version", postgresql_where=text("NOT finished")),
        Index("cases_wakes", "wakes_at", postgresql_where=text("wakes_at IS NOT NULL")),
    )

    case_no: str = Field(primary_key=True)
    seq: int
    head: str
    district: str
    unit: str
    readers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Units that may read: the holder, former holders, departments with a part in it, the awaited receiver."""
    first_receiver: str
    stage: str
    category: str | None = None
    channel: str
    request_type: str
    matter: str
    search: str
    """Text of the search filter: matter, narrative, number. No personal data beyond what a clerk wrote."""
    departments: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    clock_state: str
    due_at: datetime | None = instant_column(nullable=True)
    overdue: bool
    registered_at: datetime = instant_column()
    applicant_key: str | None = None
    """Digest of the applicant's identity, to find their other cases."""
    breaches: int
    parent: str | None = None
    merged_into: str | None = None
    linked: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    calendar_version: int
    finished: bool
    drafts: bool
    """Whether it has drafts of standard solutions (一类事)."""
    follow_up: bool
    """Whether it is on the follow-up list (挂账)."""
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    first_receiver_deputy: str | None = None
    refused_at: datetime | None = instant_column(nullable=True)
    """The time of the last negative answer (否定答复)."""
    waits: dict[str, list[str]] = Field(sa_column=Column(JSONB, nullable=False))
    """Pending items by post (等办事项; models/worklist.py)."""
    wakes_at: datetime | None = instant_column(nullable=True)
    """When a limit acts next (下次到点); None while none runs."""
