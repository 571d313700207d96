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

from workflows.client import MEETINGS_QUEUE
from workflows.meeting import MeetingCallWorkflow

LATEST_FIRST_WORKING_DAY = 12
"""No month's first working day is later: the longest run of rest days, 国庆 with 中秋, ends before the ninth."""


def meeting_schedule(district: str) -> Schedule:
    """08:30 in Beijing on each day that may be the month's first working day; the call itself knows which one is."""
    mornings = ScheduleCalendarSpec(
        day_of_month=[ScheduleRange(1, LATEST_FIRST_WORKING_DAY)],
        hour=[ScheduleRange(8)],
        minute=[ScheduleRange(30)],
        comment="每月第一个工作日上午",
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(
            MeetingCallWorkflow.run,
            args=[district, None],
            id=f"meeting-call/{district}",
            task_queue=MEETINGS_QUEUE,
            static_summary="月度联席会议：每月第一个工作日召集",
        ),
        spec=ScheduleSpec(calendars=[mornings], time_zone_name="Asia/Shanghai"),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1)),
    )
