"""The workflows of ledgers (台账的流程): for each kind its workflow, queue, namespace, and how to restart it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from activities.ledgers.kinds import CASES, INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS, Kind
from models.aggregate.change import Form
from workflows.case import CaseWorkflow, Start
from workflows.inquiry import InquiryStart, InquiryWorkflow
from workflows.meeting import MeetingStart, MeetingWorkflow
from workflows.oversight import OversightStart, OversightWorkflow
from workflows.platform.client import MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE
from workflows.platform.codec import CASES as CASES_KEY
from workflows.platform.codec import SEALED as SEALED_KEY
from workflows.platform.sealing import OVERSIGHT_QUEUE, workflow_id
from workflows.platform.sealing import TASK_QUEUE as INQUIRIES_QUEUE
from workflows.report import ReportStart, ReportWorkflow
from workflows.solution import SolutionStart, SolutionWorkflow


@dataclass(frozen=True)
class Home:
    """One kind of ledger in the engine."""

    kind: Kind
    workflow: type
    queue: str
    start: Callable[[str, Form], BaseModel]
    """Its workflow's input for going on from a state."""
    sealed: bool = False

    @property
    def type_name(self) -> str:
        """The name of its workflow in the engine."""
        return self.workflow.__name__

    @property
    def run(self) -> Any:
        """Its workflow's run method."""
        return self.workflow.run  # type: ignore[attr-defined]

    @property
    def key(self) -> str:
        """The purpose for which the key of its histories is derived."""
        return SEALED_KEY if self.sealed else CASES_KEY

    def id_of(self, secret: bytes, number: str) -> str:
        """The id of a ledger's workflow."""
        return workflow_id(secret, number, self.kind.name) if self.sealed else number


HOMES = (
    Home(CASES, CaseWorkflow, TASK_QUEUE, lambda number, form: Start(form=form)),
    Home(MEETINGS, MeetingWorkflow, MEETINGS_QUEUE, lambda number, form: MeetingStart(number=number, form=form)),
    Home(REPORTS, ReportWorkflow, REPORTS_QUEUE, lambda number, form: ReportStart(number=number, form=form)),
    Home(SOLUTIONS, SolutionWorkflow, SOLUTIONS_QUEUE, lambda number, form: SolutionStart(number=number, form=form)),
    Home(
        INQUIRIES,
        InquiryWorkflow,
        INQUIRIES_QUEUE,
        lambda number, form: InquiryStart(inquiry_id=number, form=form),
        sealed=True,
    ),
    Home(
        OVERSIGHT,
        OversightWorkflow,
        OVERSIGHT_QUEUE,
        lambda number, form: OversightStart(number=number, form=form),
        sealed=True,
    ),
)
HOME_OF = {home.kind.name: home for home in HOMES}
