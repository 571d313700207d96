"""The worker (工作进程): registers workflows and activities, and ends without losing what it holds."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.access_seals import AccessSeals
from activities.archive import HistoryArchive
from activities.calendar import CalendarActivities
from activities.database import open_pool
from activities.departments.deliver import Departments
from activities.departments.http import http_client
from activities.departments.registry import Registry
from activities.events import EventLog
from activities.heads import DailyHeads
from activities.inquiries import CaseRelease, archive_if_closed
from activities.kinds import CASES, INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS
from activities.leader import beside
from activities.meetings import MeetingCalls
from activities.register import Register
from activities.reminders import Reminders
from activities.reports import ReportCalls, ReportFigures
from activities.rules import RuleBook
from activities.scores import FOLLOWER as SCORES
from activities.scores import ScoreKeeper
from activities.settings import settings
from activities.system_commands import SystemCommands
from activities.webhooks import Webhooks
from workflows.calendar_change import CalendarChangeWorkflow
from workflows.case import CaseWorkflow
from workflows.client import DEPARTMENTS_QUEUE, MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE, connect
from workflows.codec import CASES as CASES_KEY
from workflows.codec import converter
from workflows.delivery import DeliveryWorkflow
from workflows.departments import FOLLOWER, DepartmentNotices
from workflows.inquiry import InquiryWorkflow
from workflows.meeting import MeetingCallWorkflow, MeetingWorkflow
from workflows.oversight import OversightWorkflow
from workflows.report import ReportCallWorkflow, ReportWorkflow
from workflows.sandbox import build_id, runner
from workflows.sealing import NAMESPACE as SEALED_NAMESPACE
from workflows.sealing import OVERSIGHT_QUEUE, connect_sealed
from workflows.sealing import TASK_QUEUE as SEALED_QUEUE
from workflows.solution import SolutionWorkflow
from workflows.trust import trust
from workflows.watch import Watch
from workflows.watch.ground import Ground

CONNECTIONS = 10
LEADING = 8
"""Sessions that may hold a lock for good (activities/leader.py): the departments' and the scores' followers', the
webhooks', the reminders', the archive's, the heads', the access seals' and the alarms'."""

CACHED_CASES = 3000
"""Open cases kept in memory, at about 0.17 MiB each: half a GiB at most. What is not kept is replayed when needed."""

CALLS = 200
"""Calls of departments' systems at once; to one department its bulkhead lets four through."""

REPORTS_AT_ONCE = 2
"""Analyses drawn up at the same time: each holds two connections while it counts."""

STICKY = timedelta(seconds=1)
"""How long the engine waits for the worker that has a case in memory, before another takes it up."""

SHUTDOWN = timedelta(seconds=8)
"""Below the process manager's patience (10 s), so that running tasks end in order."""


async def main() -> None:
    """Work until SIGTERM or SIGINT."""
    config = settings()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    client = await connect(config.temporal_address, config.namespace, converter(config.ring, CASES_KEY))
    trust(config.ring)
    async with open_pool(config, size=CONNECTIONS + LEADING) as pool, http_client() as http:
        await RuleBook(pool).publish()
        commands = SystemCommands(client, config.ring)
        calendar = CalendarActivities(pool, commands)
        departments = Departments(pool, commands, http, config.secret)
        cases = Register(pool, config.ring, CASES, archive_if_closed)
        worker = Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[CaseWorkflow, CalendarChangeWorkflow, DeliveryWorkflow],
            activities=[cases.record, calendar.move_cases, departments.report],
            workflow_runner=runner(),
            build_id=build_id(),
            workflow_task_poller_behavior=PollerBehaviorAutoscaling(minimum=2, initial=4, maximum=10),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(minimum=1, initial=2, maximum=5),
            max_concurrent_local_activities=CONNECTIONS,
            max_cached_workflows=CACHED_CASES,
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=SHUTDOWN,
        )
        calls = Worker(
            client,
            task_queue=DEPARTMENTS_QUEUE,
            activities=[departments.deliver],
            build_id=build_id(),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(minimum=1, initial=2, maximum=5),
            max_concurrent_activities=CALLS,
            graceful_shutdown_timeout=SHUTDOWN,
        )
        sealed = await connect_sealed(config.temporal_address, config.ring)
        meetings = _beside(
            client,
            MEETINGS_QUEUE,
            [MeetingWorkflow, MeetingCallWorkflow],
            [Register(pool, config.ring, MEETINGS).record, MeetingCalls(pool, config.ring).prepare],
        )
        solutions = _beside(
            client, SOLUTIONS_QUEUE, [SolutionWorkflow], [Register(pool, config.ring, SOLUTIONS).record]
        )
        reports = _beside(
            client,
            REPORTS_QUEUE,
            [ReportWorkflow, ReportCallWorkflow],
            [
                Register(pool, config.ring, REPORTS).record,
                ReportCalls(ReportFigures(pool), config.ring).prepare,
            ],
            max_concurrent_activities=REPORTS_AT_ONCE,
        )
        inquiries = _beside(
            sealed,
            SEALED_QUEUE,
            [InquiryWorkflow],
            [Register(pool, config.ring, INQUIRIES).record, CaseRelease(commands).release],
            sticky_queue_schedule_to_start_timeout=STICKY,
        )
        overseeing = _beside(
            sealed, OVERSIGHT_QUEUE, [OversightWorkflow], [Register(pool, config.ring, OVERSIGHT).record]
        )
        notices = DepartmentNotices(client, Registry(pool))
        following = EventLog(pool).follow(FOLLOWER, notices.handle)
        sending = Webhooks(pool, http, config.secret).run()
        reminding = Reminders(pool).run()
        clients = {config.namespace: client, SEALED_NAMESPACE: sealed}
        archiving = HistoryArchive(pool, clients, all_of_it=config.time_skipping).run()
        alarming = Watch(pool, Ground(client, sealed, config.ring, config.secret)).run()
        sealing = DailyHeads(pool, config.heads, config.secret).run()
        scoring = EventLog(pool).follow(SCORES, ScoreKeeper(pool).handle)
        workers = (worker, calls, meetings, solutions, reports, inquiries, overseeing)
        async with AsyncExitStack() as running:
            for each in workers:
                await running.enter_async_context(each)
            access = AccessSeals(pool).run()
            for endless in (following, sending, reminding, scoring, archiving, sealing, access, alarming):
                await running.enter_async_context(beside(endless))
            logging.getLogger("bancheng.worker").info("工作进程已就绪")
            await stop.wait()


def _beside(
    client: Client,
    queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    **more: Any,
) -> Worker:
    """A worker for what is no case: few workflows, on a queue of their own, so that no case waits for them."""
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=runner(),
        build_id=build_id(),
        max_concurrent_local_activities=CONNECTIONS,
        graceful_shutdown_timeout=SHUTDOWN,
        **more,
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every address, with the tokens that are in it
    asyncio.run(main())
    logging.shutdown()
    os._exit(0)  # the SDK's core may abort at interpreter exit after a clean shutdown (engine.md, finding 10)
