"""The worker (工作进程): registers workflows and activities, and shuts down without losing work."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.calendar import CalendarActivities
from activities.departments.deliver import Departments
from activities.departments.http import http_client
from activities.inquiries import CaseRelease, archive_if_closed
from activities.ledgers.kinds import CASES, INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS, Kind
from activities.ledgers.rules import RuleBook
from activities.ledgers.system_commands import SystemCommands
from activities.meetings import MeetingCalls
from activities.platform.database import open_pool
from activities.platform.health import health
from activities.platform.process import SHUTDOWN, run, told_to_stop
from activities.platform.settings import Settings, settings
from activities.register import Register
from activities.reports import ReportCalls, ReportFigures
from workflows.hosting.workers import HOSTED
from workflows.platform.client import (
    DEPARTMENTS_QUEUE,
    MEETINGS_QUEUE,
    REPORTS_QUEUE,
    SOLUTIONS_QUEUE,
    TASK_QUEUE,
    connect,
)
from workflows.platform.codec import CASES as CASES_KEY
from workflows.platform.codec import converter
from workflows.platform.deployment import deployment, make_current
from workflows.platform.sandbox import build_id, runner
from workflows.platform.sealing import OVERSIGHT_QUEUE, connect_sealed
from workflows.platform.sealing import TASK_QUEUE as SEALED_QUEUE
from workflows.platform.trust import trust

CONNECTIONS = 10
BESIDE = 4
"""Connections for analyses and meetings."""

CACHED_CASES = 3000
"""Open cases cached, at about 0.17 MiB each: half a GiB at most. Other cases are replayed when needed."""

CALLS = 200
"""Calls to departments' systems at once; each department's bulkhead allows four."""

REPORTS_AT_ONCE = 2
"""Analyses drawn up at a time; each holds two connections."""

STICKY = timedelta(seconds=1)
"""How long the engine waits for the worker that caches a case before giving it to another.

After a crash a case's first command waits this long, until the engine notices after ten seconds that the worker no
longer polls. A worker that shuts down says so, and no command waits. A shorter time would cost more: cases would be
taken from a busy worker and replayed.
"""


async def main() -> None:
    """Work until SIGTERM or SIGINT."""
    config = settings("worker")
    stop = told_to_stop()
    trust(config.ring, config.secret)
    workers: list[Worker] = []
    async with health(config.health, lambda: {"ok": _at_work(workers), "program": config.program, "build": build_id()}):
        await _work(config, workers, stop)


def _at_work(workers: Sequence[Worker]) -> bool:
    return bool(workers) and all(each.is_running for each in workers)


async def _work(config: Settings, workers: list[Worker], stop: asyncio.Event) -> None:
    client = await connect(
        config.temporal_address, config.namespace, converter(config.ring, CASES_KEY), program=config.program
    )
    async with open_pool(config, size=CONNECTIONS + BESIDE) as pool, http_client() as http:
        await RuleBook(pool).publish()
        commands = SystemCommands(client, config.ring)
        calendar = CalendarActivities(pool, commands)
        departments = Departments(pool, commands, http, config.secret)

        def record(kind: Kind) -> Callable[..., Any]:
            return Register(pool, config.ring, kind, archive_if_closed if kind is CASES else None).record

        worker = Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=HOSTED[TASK_QUEUE],
            activities=[record(CASES), calendar.move_cases, departments.report],
            workflow_runner=runner(),
            deployment_config=deployment(),
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
            deployment_config=deployment(),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(minimum=1, initial=2, maximum=5),
            max_concurrent_activities=CALLS,
            graceful_shutdown_timeout=SHUTDOWN,
        )
        sealed = await connect_sealed(config.temporal_address, config.ring, program=config.program)
        meetings = _small_worker(
            client,
            MEETINGS_QUEUE,
            [record(MEETINGS), MeetingCalls(pool, config.ring).prepare],
        )
        solutions = _small_worker(client, SOLUTIONS_QUEUE, [record(SOLUTIONS)])
        reports = _small_worker(
            client,
            REPORTS_QUEUE,
            [record(REPORTS), ReportCalls(ReportFigures(pool), config.ring).prepare],
            max_concurrent_activities=REPORTS_AT_ONCE,
        )
        inquiries = _small_worker(
            sealed,
            SEALED_QUEUE,
            [record(INQUIRIES), CaseRelease(commands).release],
            sticky_queue_schedule_to_start_timeout=STICKY,
        )
        overseeing = _small_worker(sealed, OVERSIGHT_QUEUE, [record(OVERSIGHT)])
        workers += (worker, calls, meetings, solutions, reports, inquiries, overseeing)
        for each in (client, sealed):
            await make_current(each)
        async with AsyncExitStack() as running:
            for started in workers:
                await running.enter_async_context(started)
            logging.getLogger("bancheng.worker").info("工作进程已就绪")
            await stop.wait()


def _small_worker(
    client: Client,
    queue: str,
    activities: Sequence[Callable[..., Any]],
    **options: Any,
) -> Worker:
    """A worker for other kinds than cases: few workflows, on a queue of their own, so that no case waits for them."""
    return Worker(
        client,
        task_queue=queue,
        workflows=HOSTED[queue],
        activities=activities,
        workflow_runner=runner(),
        deployment_config=deployment(),
        max_concurrent_local_activities=CONNECTIONS,
        graceful_shutdown_timeout=SHUTDOWN,
        **options,
    )


if __name__ == "__main__":
    run(main)
