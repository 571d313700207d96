"""Appointments at a window (预约), made by applicants before they come (R17, R18)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AppointmentRow(SQLModel, table=True):
    """A time at a window, with what the applicant wrote beforehand, sealed with a key of the ring."""

    __tablename__ = "appointments"
    __table_args__ = (Index("appointments_day", "unit", "day", "hour"),)

    id: str = Field(primary_key=True)
    """Random: whoever holds it may look and call it off."""
    unit: str
    day: date
    hour: int
    """From this full hour on."""
    matter: str
    said: str
    """Name, telephone and what it is about, sealed: nobody but the window reads it."""
    made_at: datetime = instant_column()
    called_off_at: datetime | None = instant_column(nullable=True)
    case_no: str | None = None
    """The case that it became."""
