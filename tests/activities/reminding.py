"""A process that reminds people, for tests to kill: `python -m tests.activities.reminding <address> <place> <times>`.

It looks at one time after the other, beginning with the one whose number stands in the file `place`.
"""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import psycopg

from activities.reminders import look


async def look_at(address: str, now: datetime) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as session:
        await look(session, now)


def main(address: str, place: Path, times: list[datetime]) -> None:
    while (number := int(place.read_text())) < len(times):
        asyncio.run(look_at(address, times[number]))
        following = place.with_suffix(".new")
        following.write_text(str(number + 1))
        following.replace(place)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [datetime.fromisoformat(said) for said in sys.argv[3].split(",")])
