"""Reading against an empty request (读的地板): one case and a list of twenty, among a thousand others.

All arms go to one process of the API, which has two routes more than ours (`empty.py`): one does nothing for somebody
who is signed in, one sends the bare SELECT of a case through the API's own driver. What counts is CPU of that process
and of PostgreSQL together. The cases that are read came in by the API, so their personal words are sealed; each has
been diagnosed and assigned.
"""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import psutil

from api.commands.gateway import Gateway
from ops.lab.bench.counter import Counter
from ops.lab.bench.empty import BARE_SELECT, NOTHING, serve
from ops.lab.bench.latency import open_cases
from ops.lab.bench.ratios import Batch, Processes, idle, ratio, rounds
from ops.lab.bench.reference import CLERK
from ops.system import System
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter

REQUESTS_A_BATCH = 60
IDLE_SECONDS = 5.0
LISTED = 20
READ = 40
"""Cases read in turn."""

ASSIGNED = 3
"""Commands until a case is with a department."""


async def reading(system: System, count: int, seed: int) -> dict[str, Any]:
    """CPU of GET of a case and of a list, as ratios to the empty GET and to the bare SELECT, and in milliseconds."""
    with serve(system) as (api, address):
        processes = {"api": api, "postgres": psutil.Process(system.processes["postgres"].pid)}
        async with httpx.AsyncClient(base_url=address, timeout=60) as http:
            counter = Counter(system.password, http)
            cases = [await counter.run_case(upto=ASSIGNED) for _ in range(READ)]
            headers = await counter.headers(CLERK.actor)
            arms = _arms(http, headers, cases)
            for batch in arms.values():  # once for warming
                await batch()
            at_rest = await idle(processes, IDLE_SECONDS)
            costs = await rounds(arms, processes, at_rest, count, seed)
    whole = {arm: [cost.of(set(processes)) for cost in taken] for arm, taken in costs.items()}
    ratios = {
        "get_to_empty": ("case", "nothing"),
        "list_to_empty": ("listing", "nothing"),
        "get_to_select": ("case", "select"),
        "list_to_select": ("listing", "select"),
    }
    return {
        **{
            name: ratio([one / floor for one, floor in zip(whole[arm], whole[base], strict=True)], seed).rounded()
            for name, (arm, base) in ratios.items()
        },
        **{f"cpu_ms_a_{arm}": _ms(taken, processes) for arm, taken in costs.items()},
    }


def _arms(http: httpx.AsyncClient, headers: dict[str, str], cases: Sequence[str]) -> dict[str, Batch]:
    numbers = itertools.cycle(cases)

    def batch(path: Callable[[], str]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            for _ in range(REQUESTS_A_BATCH):
                (await http.get(path(), headers=headers)).raise_for_status()

        return run

    return {
        "nothing": batch(lambda: NOTHING),
        "select": batch(lambda: f"{BARE_SELECT}/{next(numbers)}"),
        "case": batch(lambda: f"/api/cases/{next(numbers)}"),
        "listing": batch(lambda: f"/api/cases?limit={LISTED}"),
    }


def _ms(costs: Sequence[Any], processes: Processes) -> dict[str, float]:
    """The median of a request in milliseconds, by process."""
    ordered = {name: sorted(cost.cpu[name] for cost in costs) for name in processes}
    return {name: round(each[len(each) // 2] * 1000 / REQUESTS_A_BATCH, 2) for name, each in ordered.items()}


async def _measure(system: System, clocks: int, rounds_wanted: int, seed: int) -> dict[str, Any]:
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    await open_cases(system, Gateway(client, system.ring, time_skipping=False), clocks)
    return await reading(system, rounds_wanted, seed)


def main(clocks: int, rounds_wanted: int, seed: int) -> int:
    """Print every figure of reading, on a private system; the last line is JSON. Ends the process."""
    with System() as system:
        figures = asyncio.run(_measure(system, clocks, rounds_wanted, seed))
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    sys.stdout.flush()
    os._exit(0)  # the SDK's core may abort or stay at interpreter exit (engine.md, finding 10)
