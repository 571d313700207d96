"""Latencies through HTTP, the read path against a bare SELECT, the core alone, memory, and 1,000 clocks re-set."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psutil
import psycopg

from api.commands.gateway import Gateway
from models.calendar import beijing_date
from models.case import Case
from ops.lab.bench.counter import Counter
from ops.lab.bench.reference import CLERK, UNIT, commands, run_case
from ops.postgres import conninfo
from ops.system import System

AT_ONCE = 20


def spread(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(values)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return {"p50_ms": round(statistics.median(ordered) * 1000, 1), "p95_ms": round(p95 * 1000, 1)}


async def _timed_note(counter: Counter, case_no: str) -> float:
    """The seconds of one command."""
    began = time.perf_counter()
    await counter.note(case_no)
    return time.perf_counter() - began


async def latencies(system: System, samples: int) -> dict[str, Any]:
    """Command latency warm, after the worker's cache is gone, and GET against a bare SELECT of the same row."""
    async with httpx.AsyncClient(base_url=system.api_url, timeout=60) as http:
        counter = Counter(system.password, http)
        cases = [(await counter.register())[0] for _ in range(samples)]
        await counter.note(cases[0])
        warm = [await _timed_note(counter, case_no) for case_no in cases]
        system.kill("worker")
        system.restart("worker")
        await counter.note(cases[0])
        cold = [await _timed_note(counter, case_no) for case_no in cases[1:]]
        headers, gets = await counter.headers(CLERK.actor), []
        for case_no in cases:
            began = time.perf_counter()
            (await http.get(f"/api/cases/{case_no}", headers=headers)).raise_for_status()
            gets.append(time.perf_counter() - began)
    bare = []
    with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
        for case_no in cases * 5:
            began = time.perf_counter()
            connection.execute("SELECT * FROM cases WHERE case_no = %s", (case_no,)).fetchone()
            bare.append(time.perf_counter() - began)
    return {
        "command_warm": spread(warm),
        "command_after_eviction": spread(cold),
        "get_case": spread(gets),
        "bare_select": {"p50_ms": round(statistics.median(bare) * 1000, 2)},
        "get_to_bare_select": round(statistics.median(gets) / statistics.median(bare), 1),
    }


def core_commands_per_second(seconds: float) -> int:
    """Reference cases through decide and apply alone."""
    done, began = 0, time.perf_counter()
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    while time.perf_counter() - began < seconds:
        case = Case("320102-20261123-0001")
        for command in commands():
            case.run(command, now)
            done += 1
    return round(done / (time.perf_counter() - began))


async def open_cases(system: System, gateway: Gateway, count: int) -> dict[str, Any]:
    """Open `count` cases with running clocks; the worker's memory for each."""
    worker = psutil.Process(system.processes["worker"].pid)
    before, gate = worker.memory_info().rss, asyncio.Semaphore(AT_ONCE)

    async def one(index: int) -> None:
        async with gate:
            await run_case(gateway, f"{UNIT}-clock-{index:05d}", upto=3)

    await asyncio.gather(*(one(index) for index in range(count)))
    memory = (worker.memory_info().rss - before) / count
    return {"kib_a_cached_case": round(memory / 1024, 1)}


async def reset_clocks(system: System, count: int) -> dict[str, Any]:
    """The seconds to re-set the clocks of `count` open cases after a change of the calendar."""
    day = beijing_date(datetime.now(UTC)) + timedelta(days=2)
    async with httpx.AsyncClient(base_url=system.api_url, timeout=60) as http:
        headers = await Counter(system.password, http).headers("admin")
        body = {"holidays": [day.isoformat()], "source": "测量", "published": False}
        began = time.perf_counter()
        answer = (await http.put(f"/api/calendar/{day.year}", json=body, headers=headers)).raise_for_status().json()
        while (await http.get(answer["progress"], headers=headers)).json()["waiting"]:
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - began
    return {"clocks": count, "seconds_to_reset_clocks": round(seconds, 1)}
