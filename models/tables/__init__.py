"""The tables (SQLModel), one file a subject. PostgreSQL only: `text[]`, `jsonb`, `timestamptz`."""

from models.tables.desk import AdviceRow, RegistrationRow, SerialRow
from models.tables.directories import DirectoryRow
from models.tables.office import WRONG_CODE, AccessRow, CalendarChangeRow, StaffRow, UnitRow
from models.tables.register import CaseRow, EntryRow

__all__ = [
    "WRONG_CODE",
    "AccessRow",
    "AdviceRow",
    "CalendarChangeRow",
    "CaseRow",
    "DirectoryRow",
    "EntryRow",
    "RegistrationRow",
    "SerialRow",
    "StaffRow",
    "UnitRow",
]
