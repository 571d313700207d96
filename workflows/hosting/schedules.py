"""Schedules (定时任务): duties, the monthly meeting, the monthly analysis."""

from dataclasses import replace
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.duty import TASK_QUEUE, Duty, DutyWorkflow
from workflows.meeting import MeetingCallWorkflow
from workflows.platform.client import MEETINGS_QUEUE, REPORTS_QUEUE
from workflows.report import ReportCallWorkflow

LATEST_FIRST_WORKING_DAY = 12
"""The latest possible first working day of a month, with a margin: the longest holidays, 国庆 with 中秋, end before the
ninth."""


SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DUTIES = (
    Duty(name="resume", title="补启动", every=15 * SECOND, longest=10 * MINUTE),
    Duty(name="watch", title="巡查：停住不动的告警", every=20 * SECOND, longest=5 * MINUTE),
    Duty(name="archive_histories", title="历史归档", every=30 * SECOND, longest=30 * MINUTE),
    Duty(name="seal_access_log", title="访问日志封存", every=MINUTE, longest=10 * MINUTE),
    Duty(name="remind", title="催办提醒", every=5 * MINUTE, longest=10 * MINUTE),
    Duty(name="look_after", title="例行维护：密钥换新、抽查种子", every=5 * MINUTE, longest=30 * MINUTE),
    Duty(name="seal_day", title="日封存", every=10 * MINUTE, longest=30 * MINUTE),
)
"""Duties that people wait for run most often, the others as seldom as possible, so that an idle system is idle."""


def duty_schedule(duty: Duty) -> Schedule:
    """A duty's schedule: never two at a time; runs missed while the engine was away are made up by one."""
    offset = 2 * SECOND * DUTIES.index(duty)  # spread over the interval
    return Schedule(
        action=ScheduleActionStartWorkflow(
            DutyWorkflow.run, duty, id=duty.name, task_queue=TASK_QUEUE, static_summary=duty.title
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=duty.every, offset=offset)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=MINUTE),
    )


async def put_schedule(client: Client, name: str, schedule: Schedule) -> None:
    """Create or update the schedule. A paused one stays paused."""

    def changed(input: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(replace(schedule, state=input.description.schedule.state))

    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(changed)


def meeting_schedule(district: str) -> Schedule:
    """The schedule of a district's monthly meeting."""
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
    """The schedule of the monthly analysis, drawn up before the meeting that discusses it."""
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
    """After eight in Beijing on each day that may be the month's first working day; the activity decides."""
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
