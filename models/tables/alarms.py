"""Alarms (告警): a case whose workflow somebody has stopped while the case was not over."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AlarmRow(SQLModel, table=True):
    """A workflow that ended from outside (流程被中止): nothing counts time for its case until it is taken up again."""

    __tablename__ = "alarms"

    run_id: str = Field(primary_key=True)
    case_no: str
    status: str
    """How it ended, in the engine's word: TERMINATED, FAILED, CANCELED, TIMED_OUT."""
    reason: str
    ended_at: datetime = instant_column()
    raised_at: datetime = instant_column()
    settled_at: datetime | None = instant_column(nullable=True)
    """When a workflow was seen at work for the case again."""
    taken_up_by: str | None = None
    """The administrator who had it taken up; None where the next command did."""
