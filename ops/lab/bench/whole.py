"""`bancheng bench`: print every figure; the last line is JSON of all of them."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from api.commands.gateway import Gateway
from ops.lab.bench.arms import measure_arms
from ops.lab.bench.counts import count_reference_case
from ops.lab.bench.latency import core_commands_per_second, latencies, open_cases, reset_clocks
from ops.lab.bench.reaches import lines
from ops.lab.bench.reading import reading
from ops.lab.bench.replays import replays
from ops.system import System
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter

QUIET = 0.5
"""Load average above which other programs would distort the figures."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The size of each measurement."""

    rounds: int
    samples: int
    clocks: int
    core_seconds: float
    replays: int
    seed: int


async def measure(system: System, wanted: Wanted) -> dict[str, Any]:
    """All figures, the most reliable first: counts, ratios, absolutes."""
    figures: dict[str, Any] = {"engine": "temporal dev server, sqlite wal", "seed": wanted.seed}
    figures["reference_case"] = (await count_reference_case(system)).figures()
    _print("参照案件", figures["reference_case"])
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    measured = await measure_arms(system, Gateway(client, system.ring, time_skipping=False), wanted.rounds, wanted.seed)
    _print("与地板相比", measured)
    figures |= measured
    figures |= await replays(system, client, wanted.replays)
    figures |= await latencies(system, wanted.samples)
    figures["core_commands_per_second"] = core_commands_per_second(wanted.core_seconds)
    return figures


async def measure_many(system: System, wanted: Wanted) -> dict[str, Any]:
    """On a system with no other open case: a thousand clocks, read and re-set."""
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    figures = await open_cases(system, Gateway(client, system.ring, time_skipping=False), wanted.clocks)
    figures |= await reset_clocks(system, wanted.clocks)
    return figures | await reading(system, wanted.rounds, wanted.seed)


def _print(title: str, figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        print(f"{title}  {name:32} {value}", flush=True)


def main(wanted: Wanted, *, force: bool) -> int:
    """Measure on a private system. Ends the process when everything was measured."""
    load = os.getloadavg()[0]
    if load > QUIET and not force:
        print(f"机器正忙（负载 {load:.2f}，应低于 {QUIET}）：稍后再测，或加 --force", file=sys.stderr)
        return 1
    with System() as system:
        figures = asyncio.run(measure(system, wanted))
    with System() as system:
        figures |= asyncio.run(measure_many(system, wanted))
    figures["load_before"] = round(load, 2)
    _print("全部", {name: value for name, value in figures.items() if name != "reference_case"})
    for line in lines({**figures, **figures["reference_case"]}):
        print(line)
    print(json.dumps(figures, ensure_ascii=False))
    sys.stdout.flush()
    os._exit(0)  # the SDK's core may abort or stay at interpreter exit (engine.md, finding 10)
