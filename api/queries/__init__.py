"""Every SELECT of the doors, and the few rows that they write themselves (查询)."""

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.rules import RuleBook
from api.queries.accounts import AccountQueries
from api.queries.alarms import AlarmQueries
from api.queries.amended import AmendedQueries
from api.queries.appointments import AppointmentQueries
from api.queries.audit import AuditQueries
from api.queries.board import BoardQueries
from api.queries.cases import CaseQueries
from api.queries.consistency import ConsistencyQueries
from api.queries.departments import DepartmentQueries
from api.queries.deputies import DeputyQueries
from api.queries.desk import DeskQueries
from api.queries.directories import DirectoryQueries
from api.queries.draws import DrawQueries
from api.queries.engine import EngineQueries
from api.queries.events import EventQueries
from api.queries.filters import FilterQueries
from api.queries.inquiries import InquiryQueries
from api.queries.intake import IntakeQueries
from api.queries.keys import KeyQueries
from api.queries.meetings import MeetingQueries
from api.queries.office import OfficeQueries, calendar_from
from api.queries.outside import OutsideQueries
from api.queries.oversight import OversightQueries
from api.queries.papers import PaperQueries
from api.queries.proposals import ProposalQueries
from api.queries.record import CaseRecord
from api.queries.reminders import ReminderQueries
from api.queries.reports import ReportQueries
from api.queries.retention import RetentionQueries
from api.queries.scores import ScoreQueries
from api.queries.similar import SimilarQueries
from api.queries.solutions import SolutionQueries
from api.queries.statements import Statements


class Queries:
    """All queries, by subject."""

    def __init__(self, engine: AsyncEngine, statements: Statements, rules: RuleBook) -> None:
        self.rules = rules
        self.statements = statements
        self.accounts = AccountQueries(engine)
        self.alarms = AlarmQueries(engine)
        self.amended = AmendedQueries(engine, rules)
        self.appointments = AppointmentQueries(engine)
        self.audit = AuditQueries(engine)
        self.board = BoardQueries(engine)
        self.cases = CaseQueries(engine, statements, rules)
        self.consistency = ConsistencyQueries(engine)
        self.departments = DepartmentQueries(engine)
        self.deputies = DeputyQueries(engine)
        self.desk = DeskQueries(engine, statements)
        self.draws = DrawQueries(engine)
        self.engine = EngineQueries(engine)
        self.events = EventQueries(engine)
        self.office = OfficeQueries(engine, statements)
        self.directories = DirectoryQueries(engine)
        self.oversight = OversightQueries(engine, rules)
        self.outside = OutsideQueries(engine)
        self.papers = PaperQueries(engine)
        self.proposals = ProposalQueries(engine)
        self.reminders = ReminderQueries(engine)
        self.reports = ReportQueries(engine, rules)
        self.retention = RetentionQueries(engine, rules)
        self.scores = ScoreQueries(engine)
        self.similar = SimilarQueries(engine, statements)
        self.solutions = SolutionQueries(engine, rules)
        self.filters = FilterQueries(engine)
        self.inquiries = InquiryQueries(engine, rules)
        self.intake = IntakeQueries(engine)
        self.keys = KeyQueries(engine)
        self.meetings = MeetingQueries(engine, rules)


__all__ = ["CaseRecord", "Queries", "Statements", "calendar_from"]
