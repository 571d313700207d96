"""All workflows and their task queues (流程清单), for worker, replay and tests."""

from workflows.calendar_change import CalendarChangeWorkflow
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.duty import TASK_QUEUE as DUTIES_QUEUE
from workflows.duty import DutyWorkflow
from workflows.inquiry import InquiryWorkflow
from workflows.meeting import MeetingCallWorkflow, MeetingWorkflow
from workflows.oversight import OversightWorkflow
from workflows.platform.client import MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE
from workflows.platform.sealing import OVERSIGHT_QUEUE
from workflows.platform.sealing import TASK_QUEUE as SEALED_QUEUE
from workflows.report import ReportCallWorkflow, ReportWorkflow
from workflows.solution import SolutionWorkflow

HOSTED: dict[str, tuple[type, ...]] = {
    TASK_QUEUE: (CaseWorkflow, CalendarChangeWorkflow, DeliveryWorkflow),
    MEETINGS_QUEUE: (MeetingCallWorkflow, MeetingWorkflow),
    REPORTS_QUEUE: (ReportCallWorkflow, ReportWorkflow),
    SOLUTIONS_QUEUE: (SolutionWorkflow,),
    SEALED_QUEUE: (InquiryWorkflow,),
    OVERSIGHT_QUEUE: (OversightWorkflow,),
    DUTIES_QUEUE: (DutyWorkflow,),
}
"""By task queue."""

WORKFLOWS = tuple(each for hosted in HOSTED.values() for each in hosted)
"""Every workflow."""
