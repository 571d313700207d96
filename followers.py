"""The followers (跟随进程): whatever follows the event log, sends webhooks and works through imports.

Any number may run. One leads and does all of it (activities/leader.py); the others stand by and take over when it dies.
"""

import asyncio
import logging
import os
import signal
from functools import partial

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from activities.bell import CHANNEL, Bell
from activities.database import open_pool
from activities.departments.http import http_client
from activities.departments.registry import Registry
from activities.events import EventLog
from activities.leader import beside, lead, steadily
from activities.scores import FOLLOWER as SCORES
from activities.scores import ScoreKeeper
from activities.settings import settings
from activities.webhooks import Webhooks
from api import imports
from api.deps import Services
from api.followers import followers
from api.registration import sweep
from api.similar import words
from api.wiring import services
from workflows.departments import FOLLOWER as DEPARTMENTS
from workflows.departments import DepartmentNotices

LEADING = 1
"""The session that holds the lock and listens."""

CONNECTIONS = 5
"""Of the pool besides, and as many again of what the API's floor asks with (api/wiring.py)."""


async def main() -> None:
    """Follow until SIGTERM or SIGINT."""
    config = settings()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    pool = open_pool(config, size=LEADING + CONNECTIONS)
    async with pool, http_client() as http, services(config, pool, connections=CONNECTIONS) as wired:
        webhooks = Webhooks(pool, http, config.secret)
        async with (
            beside(asyncio.to_thread(words.make_ready)),
            beside(lead(pool, "followers", partial(_follow, pool, wired, webhooks))),
            beside(sweep(wired)),
        ):
            logging.getLogger("bancheng.followers").info("跟随进程已就绪")
            await stop.wait()


async def _follow(pool: AsyncConnectionPool, wired: Services, webhooks: Webhooks, session: AsyncConnection) -> None:
    """Everything that one process at a time does, for as long as its session lives."""
    bell = Bell()
    notices = DepartmentNotices(wired.gateway.client, Registry(pool))
    all_of_them = {
        **followers(wired),
        SCORES: ScoreKeeper(pool).follower,
        DEPARTMENTS: notices.follower,
    }
    async with asyncio.TaskGroup() as group:
        group.create_task(bell.listen(session, CHANNEL))
        group.create_task(steadily("事件流", partial(EventLog(pool).follow_all, all_of_them, bell)))
        group.create_task(steadily("事件推送", partial(webhooks.run, bell)))
        group.create_task(steadily("批量导入", partial(imports.run, wired, bell)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every address, with the tokens that are in it
    asyncio.run(main())
    logging.shutdown()
    os._exit(0)  # the SDK's core may abort at interpreter exit after a clean shutdown (engine.md, finding 10)
