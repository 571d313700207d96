"""Long life (长命案件): thousands of commands on one case of a private system; its costs must not grow.

    bancheng longlife [--commands 20000] [--at-once 8]

The clerk notes and urges, eight at a time, through the API. Afterwards the client's own journal is compared with the
ledger: each key exactly once. The last line is JSON; exit code 1 when a figure is beyond its reach.
"""

import asyncio
import contextlib
import json
import statistics
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import httpx
import psutil
import psycopg

from ops.lab.bench.counter import Counter as Desk
from ops.lab.bench.pages import signed_in
from ops.lab.bench.reference import CLERK
from ops.postgres import conninfo
from ops.processes import postgres_processes
from ops.system import System
from workflows.platform.client import connect

MEASURED = 100
"""Commands measured one by one, at the beginning and at the end."""

WARM = 20
"""Commands before those, not measured."""

TRIES, PAUSE_SECONDS = 4, 2.0
"""Tries of a command that is answered with 503."""

MOST_RATIO, MOST_STATE_KIB, MOST_VERIFY_SECONDS = 1.2, 256.0, 60.0


@dataclass
class Lived:
    """The figures of a long life."""

    case_no: str
    commands: int
    seconds: float
    refused: int
    """Commands not carried out, in spite of repetitions after 503."""
    tried_again: int
    lost: int
    """Keys answered with 200 that are not in the ledger exactly once."""
    runs: int
    first_ms: float
    last_ms: float
    """Medians of a hundred commands, sent one by one."""
    first_cpu_ms: float
    last_cpu_ms: float
    """CPU of all programs of the system for one command; other programs of the machine do not count."""
    state_kib: float
    verified: bool
    verify_seconds: float
    entries: int
    events: int
    page_bytes: int
    page_ms: float
    newest_shown: bool
    """Whether the case's page shows the newest entry."""

    @property
    def ratio(self) -> float:
        """The last commands' cost over the first's: by the clock, or by CPU where other programs slowed it down."""
        return min(self.last_ms / self.first_ms, self.last_cpu_ms / self.first_cpu_ms)

    def beyond(self) -> list[str]:
        """The figures beyond their targets, in words."""
        checks = {
            f"{self.refused} 条被拒": self.refused,
            f"{self.lost} 条丢失或重复": self.lost,
            "没有换过历史": self.runs < 2,
            f"最后一百条为最初的 {self.ratio:.2f} 倍": self.ratio > MOST_RATIO,
            f"状态 {self.state_kib:.0f} KiB": self.state_kib >= MOST_STATE_KIB,
            "核对不符": not self.verified,
            f"核对用时 {self.verify_seconds:.0f} 秒": self.verify_seconds >= MOST_VERIFY_SECONDS,
            "案件页没有最新一条": not self.newest_shown,
        }
        return [what for what, is_so in checks.items() if is_so]


class Case:
    """One case, and the journal of its commands."""

    def __init__(self, system: System, http: httpx.AsyncClient, headers: dict[str, str], case_no: str) -> None:
        self.system, self.number = system, case_no
        self._http, self._headers = http, headers
        self.journal: dict[str, int] = {}
        """The last status by Idempotency-Key."""
        self.tried_again = 0

    async def command(self, place: int) -> float:
        """Send one command. Returns the seconds of its last try."""
        key = f"long-{place:06d}-{uuid.uuid4().hex[:6]}"
        name = "urge" if place % 5 == 0 else "note"
        path, body = f"/api/cases/{self.number}/{name}", {"text": f"第 {place} 次联系，反映人暂无新情况"}
        for _ in range(TRIES):
            began = time.perf_counter()
            answer = await self._http.post(path, json=body, headers={**self._headers, "Idempotency-Key": key})
            took = time.perf_counter() - began
            self.journal[key] = answer.status_code
            if answer.status_code != 503:
                break
            self.tried_again += 1
            await asyncio.sleep(PAUSE_SECONDS)
        return took

    async def one_by_one(self, places: range) -> tuple[float, float]:
        """Send commands one by one. Returns a command's median and CPU, in milliseconds."""
        before = _cpu(self.system)
        took = [await self.command(place) for place in places]
        return statistics.median(took) * 1000, (_cpu(self.system) - before) / len(places) * 1000

    async def at_once(self, places: range, most: int) -> None:
        """Send commands, up to `most` at a time."""
        waiting = iter(places)

        async def one_after_the_other() -> None:
            for place in waiting:
                await self.command(place)

        await asyncio.gather(*(one_after_the_other() for _ in range(most)))


async def live(system: System, commands: int, at_once: int) -> Lived:
    """Take one case through `commands` commands. Returns its figures."""
    async with httpx.AsyncClient(base_url=system.api_url, timeout=120) as http:
        desk = Desk(system.password, http)
        number, _ = await desk.register()
        case = Case(system, http, await desk.headers(CLERK.actor), number)
        began = time.perf_counter()
        await case.one_by_one(range(WARM))
        first, first_cpu = await case.one_by_one(range(WARM, WARM + MEASURED))
        await case.at_once(range(WARM + MEASURED, commands - MEASURED), at_once)
        last, last_cpu = await case.one_by_one(range(commands - MEASURED, commands))
        seconds = time.perf_counter() - began
        audited = time.perf_counter()
        path = f"/api/audit/cases/{case.number}/verify"
        verdict = (await http.post(path, headers=await desk.headers("auditor"), timeout=600)).raise_for_status().json()
        audited = time.perf_counter() - audited
    entries, state = await asyncio.to_thread(_stands, system, case.number)
    sent = [key for key, status in case.journal.items() if status == 200]
    newest = f"第 {commands - 1} 次联系"
    page, page_seconds = await asyncio.to_thread(_page, system, case.number)
    return Lived(
        case_no=case.number,
        commands=commands,
        seconds=round(seconds, 1),
        refused=len(case.journal) - len(sent),
        tried_again=case.tried_again,
        lost=sum(entries[key] != 1 for key in sent),
        runs=await _runs(system, case.number),
        first_ms=round(first, 1),
        last_ms=round(last, 1),
        first_cpu_ms=round(first_cpu, 1),
        last_cpu_ms=round(last_cpu, 1),
        state_kib=round(state / 1024, 1),
        verified=verdict["verified"],
        verify_seconds=round(audited, 1),
        entries=verdict["entries"],
        events=verdict["events"],
        page_bytes=len(page),
        page_ms=round(page_seconds * 1000, 1),
        newest_shown=newest in page.decode(),
    )


def _cpu(system: System) -> float:
    """CPU seconds of all programs of this system and their children."""
    roots = [psutil.Process(process.pid) for name, process in system.processes.items() if process.poll() is None]
    every = {each for root in roots for each in (root, *root.children(recursive=True))}
    every |= set(postgres_processes(system.installation))
    used = 0.0
    for each in every:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used


def _stands(system: System, case_no: str) -> tuple[Counter[str], int]:
    """The count of each key in the ledger, and the bytes of the state."""
    with psycopg.connect(conninfo(system.database_url)) as connection:
        rows = connection.execute("SELECT command_id FROM entries WHERE case_no = %s", (case_no,)).fetchall()
        state = connection.execute("SELECT octet_length(state::text) FROM cases WHERE case_no = %s", (case_no,))
        [size] = state.fetchone() or [0]
    return Counter(row[0] for row in rows if row[0]), int(size)


async def _runs(system: System, case_no: str) -> int:
    """The number of runs of the case's workflow."""
    client = await connect(system.temporal_address, "default")
    return len([run async for run in client.list_workflows(f"WorkflowId = '{case_no}'")])


def _page(system: System, case_no: str) -> tuple[bytes, float]:
    """The case's page as the clerk gets it, and the seconds it took."""
    browser = signed_in(system, CLERK.actor)
    try:
        browser.get(f"/cases/{case_no}").raise_for_status()
        began = time.perf_counter()
        answer = browser.get(f"/cases/{case_no}").raise_for_status()
        return answer.content, time.perf_counter() - began
    finally:
        browser.close()


def main(commands: int, at_once: int) -> int:
    """Print the figures. Returns exit code 1 when one is beyond its target."""
    with System() as system:
        lived = asyncio.run(live(system, commands, at_once))
    figures: dict[str, Any] = {**asdict(lived), "ratio": round(lived.ratio, 2)}
    for name, value in figures.items():
        print(f"{name:16} {value}")
    beyond = lived.beyond()
    for what in beyond:
        print(f"超出要求：{what}")
    print(json.dumps({**figures, "beyond": beyond}, ensure_ascii=False))
    return 1 if beyond else 0
