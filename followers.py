"""The followers (跟随进程): follows the event log, sends webhooks, works through imports and does the duties.

Any number may run. One process does all ordered work (activities/platform/leader.py); the others stand by and take over
when it dies. Temporal gives the duties (workflows/hosting/schedules.py) to any free process.
"""

import asyncio
import logging
from dataclasses import asdict, dataclass
from functools import partial

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio.client import Client
from temporalio.worker import Worker

from activities.access_seals import AccessSeals
from activities.archive import HistoryArchive
from activities.departments.http import http_client
from activities.departments.registry import Registry
from activities.followers.events import EventLog
from activities.followers.scores import FOLLOWER as SCORES
from activities.followers.scores import ScoreKeeper
from activities.followers.webhooks import Webhooks
from activities.heads import DailyHeads
from activities.platform.bell import CHANNEL, Bell
from activities.platform.database import open_pool
from activities.platform.health import health
from activities.platform.leader import in_background, lead, steadily
from activities.platform.process import SHUTDOWN, run, told_to_stop
from activities.platform.settings import Settings, settings
from activities.reminders import Reminders
from api.background.departments import FOLLOWER as DEPARTMENTS
from api.background.departments import DepartmentNotices
from api.background.duties import Duties
from api.background.followers import followers
from api.exchange import imports
from api.services import Services
from api.similar import words
from api.wiring import open_services
from workflows.duty import NAMESPACE, TASK_QUEUE
from workflows.hosting.workers import HOSTED
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter
from workflows.platform.deployment import deployment, make_current
from workflows.platform.sandbox import runner
from workflows.platform.sealing import NAMESPACE as SEALED
from workflows.watch import Watch
from workflows.watch.ground import Ground

LEADING = 1
"""The session that holds the lock and listens."""

DUTIES_AT_ONCE = 3
CONNECTIONS = 2 + DUTIES_AT_ONCE
"""Connections of the pool, and as many for the API's services (api/wiring.py)."""

PREPARED = 2
"""Connections for frequent statements."""


@dataclass
class Health:
    """This process's health report."""

    program: str
    leads: bool = False
    """Whether this process leads; else it stands by."""
    ok: bool = False


async def main() -> None:
    """Follow until SIGTERM or SIGINT."""
    config = settings("followers")
    stop = told_to_stop()
    pool = open_pool(config, size=LEADING + CONNECTIONS)
    state = Health(config.program)
    async with (
        health(config.health, partial(asdict, state)),
        pool,
        http_client() as http,
        open_services(config, pool, connections=CONNECTIONS, prepared=PREPARED) as services,
    ):
        sealing = converter(config.ring, CASES)
        client = await connect(config.temporal_address, NAMESPACE, sealing, program=config.program)
        webhooks = Webhooks(pool, http, config.secret)
        await make_current(client)
        async with (
            in_background(asyncio.to_thread(words.make_ready)),
            in_background(lead(pool, "followers", partial(_follow, pool, services, webhooks, state))),
            _duties(config, pool, services, client),
        ):
            state.ok = True
            logging.getLogger("bancheng.followers").info("跟随进程已就绪")
            await stop.wait()


async def _follow(
    pool: AsyncConnectionPool, services: Services, webhooks: Webhooks, state: Health, session: AsyncConnection
) -> None:
    """The leader's work, while its session lives."""
    bell = Bell()
    notices = DepartmentNotices(services.gateway.client, Registry(pool))
    all_of_them = {
        **followers(services),
        SCORES: ScoreKeeper(pool).follower,
        DEPARTMENTS: notices.follower,
    }
    state.leads = True
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(bell.listen(session, CHANNEL))
            group.create_task(steadily("事件流", partial(EventLog(pool).follow_all, all_of_them, bell)))
            group.create_task(steadily("事件推送", partial(webhooks.run, bell)))
            group.create_task(steadily("批量导入", partial(imports.run, services, bell)))
    finally:
        state.leads = False


def _duties(config: Settings, pool: AsyncConnectionPool, services: Services, client: Client) -> Worker:
    clients = {config.namespace: services.gateway.client, SEALED: services.sealed.client}
    own, ground = Duties(services), Ground(services.gateway.client, services.sealed.client, config.ring, config.secret)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=HOSTED[TASK_QUEUE],
        activities=[
            own.resume,
            own.look_after,
            HistoryArchive(pool, clients, config.ring, all_of_it=config.time_skipping).archive,
            Watch(pool, ground).watch,
            DailyHeads(pool, config.heads, config.secret).seal_yesterday,
            AccessSeals(pool).seal_all,
            Reminders(pool).remind,
        ],
        workflow_runner=runner(),
        deployment_config=deployment(),
        max_concurrent_activities=DUTIES_AT_ONCE,
        graceful_shutdown_timeout=SHUTDOWN,
    )


if __name__ == "__main__":
    run(main)
