"""The arms of the measurement (各臂): the reference case, the floor, and both over HTTP.

Every process of the system counts, by name. The client counts where it stands for the gateway in
the API; over HTTP it is somebody's browser, and does not.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import httpx
import psutil

from api.commands.gateway import Gateway
from ops.lab.bench.counter import Counter
from ops.lab.bench.empty import serve
from ops.lab.bench.floor import UPDATES, run_floor
from ops.lab.bench.ratios import OURSELVES, SETTLE_SECONDS, Batch, Cost, Processes, idle, ratio, rounds
from ops.lab.bench.reference import run_case
from ops.lab.bench.statements import SET_UP
from ops.processes import end, start
from ops.system import System

CASES_A_BATCH = 10
IDLE_SECONDS = 10.0
FLOOR, EMPTY, API = "floor", "empty", "api"


async def measure_arms(system: System, gateway: Gateway, count: int, seed: int) -> dict[str, Any]:
    """Both ratios with their control, and CPU by process."""
    with _floor(system) as floor, serve(system) as (empty, address):
        processes = {
            **{name: psutil.Process(process.pid) for name, process in system.processes.items() if name != SET_UP},
            **{FLOOR: floor, EMPTY: empty, OURSELVES: psutil.Process(os.getpid())},
        }
        async with (
            httpx.AsyncClient(base_url=system.api_url, timeout=60) as to_api,
            httpx.AsyncClient(base_url=address, timeout=60) as to_empty,
        ):
            counters = Counter(system.password, to_api), Counter(system.password, to_empty)
            for counter in counters:
                await counter.sign_in()
            arms = _arms(gateway, *counters)
            for batch in arms.values():  # once for warming
                await batch()
            await asyncio.sleep(SETTLE_SECONDS)
            at_rest = await idle(processes, IDLE_SECONDS)
            costs = await rounds(arms, processes, at_rest, count, seed)
    return {**_figures(costs, processes, seed), "cpu_ms_a_second_at_rest": _ms(at_rest, 1)}


@contextmanager
def _floor(system: System) -> Iterator[psutil.Process]:
    with open(system.logs / "floor.log", "ab") as log:
        process = start([sys.executable, "-m", "ops.lab.bench.floor"], env=system.env, log=log)
    try:
        yield psutil.Process(process.pid)
    finally:
        end([process])


def _arms(gateway: Gateway, counter: Counter, nobody: Counter) -> dict[str, Batch]:
    serial = itertools.count(1)

    def batch(one: Callable[[], Awaitable[Any]]) -> Batch:
        async def run() -> None:
            await asyncio.gather(*(one() for _ in range(CASES_A_BATCH)))

        return run

    def number() -> str:
        """A number as short as a case's, of a day on which the API allots none."""
        return f"320102-20010101-{next(serial):04d}"

    bare = batch(lambda: run_floor(gateway.client, number()))
    return {
        "case": batch(lambda: run_case(gateway, number())),
        "floor": bare,
        "control": bare,
        # The empty POSTs go between the commands: at the same pace, on the same busy machine. Alone, one right
        # after another, they would cost half as much, and be no floor of anything that waits.
        "http": batch(lambda: counter.run_case(before_each=nobody.post_nothing)),
    }


def _figures(costs: dict[str, list[Cost]], processes: Processes, seed: int) -> dict[str, Any]:
    everything = set(processes) - {EMPTY}
    over_http = everything - {OURSELVES}
    each = list(zip(*(costs[arm] for arm in ("case", "floor", "control", "http")), strict=True))
    values = {
        "cpu_ratio": [case.of(everything) / floor.of(everything) for case, floor, _, _ in each],
        "cpu_control": [control.of(everything) / floor.of(everything) for _, floor, control, _ in each],
        "wall_ratio": [case.wall / floor.wall for case, floor, _, _ in each],
        "wall_control": [control.wall / floor.wall for _, floor, control, _ in each],
        "http_cpu_ratio": [h.of(over_http) / (floor.of(everything) + h.cpu[EMPTY]) for _, floor, _, h in each],
        "api_cpu_ratio": [http.cpu[API] / http.cpu[EMPTY] for *_, http in each],
    }
    figures: dict[str, Any] = {name: ratio(taken, seed).rounded() for name, taken in values.items()}
    for arm, counted in (("case", everything), ("floor", everything), ("http", over_http)):
        by_process = {name: median(one.cpu[name] for one in costs[arm]) for name in processes}
        figures[f"cpu_ms_a_{arm}"] = round(median(one.of(counted) for one in costs[arm]) * 1000 / CASES_A_BATCH, 1)
        figures[f"cpu_ms_a_{arm}_by_process"] = _ms(by_process, CASES_A_BATCH)
        figures[f"{arm}_cases_a_second"] = round(median(CASES_A_BATCH / one.wall for one in costs[arm]), 1)
    for name, process in (("cpu_ms_an_api_command", API), ("cpu_ms_an_empty_post", EMPTY)):
        figures[name] = round(median(one.cpu[process] for one in costs["http"]) * 1000 / CASES_A_BATCH / UPDATES, 2)
    return figures


def _ms(seconds: dict[str, float], count: int) -> dict[str, float]:
    return {name: round(value * 1000 / count, 1) for name, value in seconds.items()}
