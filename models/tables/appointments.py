"""Appointments at a window (预约), made by applicants (R17, R18)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant_column


class AppointmentRow(SQLModel, table=True):
    """An appointment, with the applicant's advance text, sealed with a key of the ring."""

    __tablename__ = "appointments"
    __table_args__ = (Index("appointments_day", "unit", "day", "hour"),)

    id: str = Field(primary_key=True)
    """Random; its holder may view and cancel the appointment."""
    unit: str
    day: date
    hour: int
    """The full hour at which it begins."""
    matter: str
    said: str
    """Name, telephone and subject, sealed; only the window reads it."""
    made_at: datetime = instant_column()
    called_off_at: datetime | None = instant_column(nullable=True)
    case_no: str | None = None
    """The resulting case."""
