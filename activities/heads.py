"""Sealing the day (日封存): once a day the heads of all ledgers go into a file outside the database.

With the folder copied to another machine or the seals printed, a shortened ledger is always noticed, even if the
attacker holds database, engine and code. A duty writes the files (workflows/hosting/schedules.py), each atomically.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity

from activities.platform.heartbeat import beating
from models.audit.heads import Head, Sealed, key_of, sealed_name
from models.calendar import beijing_date

_HEADS = """
SELECT 'entries', case_no, seq, head FROM cases
UNION ALL SELECT 'meeting_entries', case_no, seq, head FROM meetings
UNION ALL SELECT 'solution_entries', case_no, seq, head FROM solutions
UNION ALL SELECT 'report_entries', case_no, seq, head FROM reports
UNION ALL SELECT 'inquiry_entries', case_no, seq, head FROM inquiries
UNION ALL SELECT 'oversight_entries', case_no, seq, head FROM oversight
ORDER BY 1, 2
"""
_TELLS = frozenset({"inquiry_entries", "oversight_entries"})
"""Ledgers whose number reveals something: the file holds its digest instead."""


@dataclass(frozen=True)
class DailyHeads:
    """Writes a file for each day that is over."""

    pool: AsyncConnectionPool
    folder: Path
    secret: bytes

    @activity.defn(name="seal_day")
    async def seal_yesterday(self) -> str:
        """Write yesterday's file, if it is not there. May be repeated."""
        async with beating(), self.pool.connection() as session:
            file = await self.seal(session, beijing_date(datetime.now(UTC)) - timedelta(days=1))
        return f"已写 {file.name}" if file else "没有要写的"

    async def seal(self, session: AsyncConnection, day: date) -> Path | None:
        """Write the file of that day, if it is missing and a ledger has changed. Returns its path."""
        files = await asyncio.to_thread(read_files, self.folder)
        if files and files[-1].day >= day:
            return None
        known = {(head.table, head.ledger): head for file in files for head in file.heads}
        changed = []
        for table, number, seq, head in await (await session.execute(_HEADS)).fetchall():
            ledger = sealed_name(self.secret, number) if table in _TELLS else number
            current = Head(table=table, ledger=ledger, seq=seq, head=head)
            if known.get((table, ledger)) != current:
                changed.append(current)
        if not changed:
            return None
        file = Sealed(day=day, previous=files[-1].seal if files else "", heads=changed).sealed(key_of(self.secret))
        return await asyncio.to_thread(_write, self.folder, file)


def read_files(folder: Path) -> Sequence[Sealed]:
    """The files of a folder, oldest first. Raises ValueError for an unreadable one."""
    return [Sealed.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def _write(folder: Path, file: Sealed) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{file.day.isoformat()}.json"
    draft = folder / f".{target.name}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as out:
        out.write(file.model_dump_json(indent=1))
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)
    return target
