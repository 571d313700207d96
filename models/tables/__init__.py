"""The tables (SQLModel), one file per subject. PostgreSQL only: `text[]`, `jsonb`, `timestamptz`."""

from models.tables.accounts import SecondFactorRow, SessionRow, StaffRow
from models.tables.alarms import AlarmRow, ProposalRow
from models.tables.appointments import AppointmentRow
from models.tables.archive import HistoryRow
from models.tables.departments import AdapterRow, CallbackRow
from models.tables.deputies import CounterAddressRow, DeputationRow
from models.tables.desk import AdviceRow, RegistrationRow, SavedFilterRow, SerialRow
from models.tables.directories import DirectoryRow
from models.tables.draws import DrawRow
from models.tables.events import EventRow, FollowerRow, OutboxRow, SubscriptionRow
from models.tables.inquiries import InquiryEntryRow, InquiryOpeningRow, InquiryRow
from models.tables.intake import ImportChunkRow, ImportResultRow, ImportRow, IntakeRefusedRow
from models.tables.ledger import CommandRow
from models.tables.meetings import MeetingEntryRow, MeetingRow
from models.tables.office import (
    SIGN_IN,
    WRONG_CODE,
    AccessRow,
    AccessSealRow,
    CalendarChangeRow,
    UnitRow,
)
from models.tables.outside import OldRecordRow, OutsideScoreRow
from models.tables.oversight import OversightEntryRow, OversightRow
from models.tables.papers import PaperRow
from models.tables.personal import CaseKeyRow, CaseWordsRow, DestructionRow
from models.tables.register import CaseRow, EntryRow
from models.tables.reminders import ReminderNoteRow, ReminderRow, ReminderWatchRow
from models.tables.reports import ReportCasesRow, ReportEntryRow, ReportRow
from models.tables.rules import RuleRow
from models.tables.scores import ScoreContestRow, ScorePointRow
from models.tables.similar import SimilarCountRow, SimilarDocumentRow, SimilarTermRow
from models.tables.solutions import AmendedBasisRow, SolutionEntryRow, SolutionRow

__all__ = [
    "SIGN_IN",
    "WRONG_CODE",
    "AccessRow",
    "AccessSealRow",
    "AdapterRow",
    "AdviceRow",
    "AlarmRow",
    "AmendedBasisRow",
    "AppointmentRow",
    "CalendarChangeRow",
    "CallbackRow",
    "CaseKeyRow",
    "CaseRow",
    "CaseWordsRow",
    "CommandRow",
    "CounterAddressRow",
    "DeputationRow",
    "DestructionRow",
    "DirectoryRow",
    "DrawRow",
    "EntryRow",
    "EventRow",
    "FollowerRow",
    "HistoryRow",
    "ImportChunkRow",
    "ImportResultRow",
    "ImportRow",
    "InquiryEntryRow",
    "InquiryOpeningRow",
    "InquiryRow",
    "IntakeRefusedRow",
    "MeetingEntryRow",
    "MeetingRow",
    "OldRecordRow",
    "OutboxRow",
    "OutsideScoreRow",
    "OversightEntryRow",
    "OversightRow",
    "PaperRow",
    "ProposalRow",
    "RegistrationRow",
    "ReminderNoteRow",
    "ReminderRow",
    "ReminderWatchRow",
    "ReportCasesRow",
    "ReportEntryRow",
    "ReportRow",
    "RuleRow",
    "SavedFilterRow",
    "ScoreContestRow",
    "ScorePointRow",
    "SecondFactorRow",
    "SerialRow",
    "SessionRow",
    "SimilarCountRow",
    "SimilarDocumentRow",
    "SimilarTermRow",
    "SolutionEntryRow",
    "SolutionRow",
    "StaffRow",
    "SubscriptionRow",
    "UnitRow",
]
