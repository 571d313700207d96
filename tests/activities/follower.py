"""A process that follows the event log, for tests to kill: `python -m tests.activities.follower <address>`.

It prints the number of each event that it has dealt with.
"""

import asyncio
import sys

from psycopg_pool import AsyncConnectionPool

from activities.events import Event, EventLog

NAME, AUTOCOMMIT = "test", {"autocommit": True}
SECONDS = 0.01
"""What an event takes it."""


async def handle(event: Event) -> bool:
    await asyncio.sleep(SECONDS)
    print(event.number, flush=True)
    return True


async def main(address: str) -> None:
    async with AsyncConnectionPool(address, min_size=1, max_size=2, open=False, kwargs=AUTOCOMMIT) as pool:
        await EventLog(pool).follow(NAME, handle)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
