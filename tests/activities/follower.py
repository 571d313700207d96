"""A process that follows the event log, for tests to kill: `python -m tests.activities.follower <address>`.

It prints the number of each event that it has dealt with.
"""

import asyncio
import sys
from functools import partial

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from activities.followers.events import Event, EventLog, Follower
from activities.platform.bell import CHANNEL, Bell
from activities.platform.leader import lead

NAME, AUTOCOMMIT = "test", {"autocommit": True}
SECONDS = 0.01
"""What an event takes it."""


async def handle(event: Event) -> bool:
    await asyncio.sleep(SECONDS)
    print(event.number, flush=True)
    return True


async def main(address: str) -> None:
    async with AsyncConnectionPool(address, min_size=1, max_size=2, open=False, kwargs=AUTOCOMMIT) as pool:
        await lead(pool, NAME, partial(follow, pool, {NAME: Follower(handle)}))


async def follow(pool: AsyncConnectionPool, followers: dict[str, Follower], session: AsyncConnection) -> None:
    """What the process `followers` does, with these followers."""
    bell = Bell()
    async with asyncio.TaskGroup() as group:
        group.create_task(bell.listen(session, CHANNEL))
        group.create_task(EventLog(pool).follow_all(followers, bell))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
