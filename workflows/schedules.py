"""What begins by itself at certain times (定时任务)."""

from datetime import timedelta

from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)

from workflows.client import MEETINGS_QUEUE, REPORTS_QUEUE
from workflows.meeting import MeetingCallWorkflow
from workflows.report import ReportCallWorkflow

LATEST_FIRST_WORKING_DAY = 12
"""No month's first working day is later: the longest run of rest days, 国庆 with 中秋, ends before the ninth."""


def meeting_schedule(district: str) -> Schedule:
    """The month's meeting of a district."""
    return _on_first_working_day(
        ScheduleActionStartWorkflow(
            MeetingCallWorkflow.run,
            args=[district, None],
            id=f"meeting-call/{district}",
            task_queue=MEETINGS_QUEUE,
            static_summary="月度联席会议：每月第一个工作日召集",
        ),
        minute=30,
    )


def report_schedule(district: str) -> Schedule:
    """The analysis of the month before, drawn up before the meeting that looks at it."""
    return _on_first_working_day(
        ScheduleActionStartWorkflow(
            ReportCallWorkflow.run,
            args=[district, None],
            id=f"report-call/{district}",
            task_queue=REPORTS_QUEUE,
            static_summary="月度分析：每月第一个工作日汇总上月",
        ),
        minute=10,
    )


def _on_first_working_day(action: ScheduleActionStartWorkflow, minute: int) -> Schedule:
    """After eight in Beijing on each day that may be the month's first working day; the call knows which one is."""
    mornings = ScheduleCalendarSpec(
        day_of_month=[ScheduleRange(1, LATEST_FIRST_WORKING_DAY)],
        hour=[ScheduleRange(8)],
        minute=[ScheduleRange(minute)],
        comment="每月第一个工作日上午",
    )
    return Schedule(
        action=action,
        spec=ScheduleSpec(calendars=[mornings], time_zone_name="Asia/Shanghai"),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1)),
    )
