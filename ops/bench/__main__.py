"""`python -m ops.bench`: print every figure; the last line is JSON of all of them."""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from typing import Any

import psutil

from api.gateway import Gateway
from ops.bench.counts import count_reference_case
from ops.bench.floor import run_floor
from ops.bench.latency import core_commands_per_second, latencies, many_clocks
from ops.bench.ratios import Batch, cost, pairs, ratio
from ops.bench.reference import UNIT, run_case
from ops.bench.replays import replays
from ops.system import System
from workflows.client import connect
from workflows.codec import CASES, converter

QUIET = 0.5
"""Load average above which figures would say more of the neighbours than of us."""

CASES_A_BATCH = 20


async def measure(system: System, said: argparse.Namespace) -> dict[str, Any]:
    """Everything, in the order of trust: counts, ratios, absolutes."""
    figures: dict[str, Any] = {"engine": "temporal dev server, sqlite wal", "seed": said.seed}
    figures["reference_case"] = await count_reference_case(system)
    for name, value in figures["reference_case"].items():
        print(f"参照案件  {name:32} {value}", flush=True)
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    gateway = Gateway(client, time_skipping=False)
    floor = subprocess.Popen([sys.executable, "-m", "ops.bench.floor"], env=system.env)
    try:
        figures |= await _ratios(system, gateway, floor.pid, said)
    finally:
        floor.send_signal(signal.SIGTERM)
        floor.wait()
    figures |= await replays(system, client, said.replays)
    figures |= await latencies(system, said.samples)
    figures["core_commands_per_second"] = core_commands_per_second(said.core_seconds)
    return figures


async def measure_clocks(system: System, count: int) -> dict[str, Any]:
    """On a system with no other open case."""
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    return await many_clocks(system, Gateway(client, time_skipping=False), count)


async def _ratios(system: System, gateway: Gateway, floor: int, said: argparse.Namespace) -> dict[str, Any]:
    pids = [*(system.processes[name].pid for name in ("postgres", "temporal", "worker")), floor, os.getpid()]
    processes = [psutil.Process(pid) for pid in pids]

    def batch(one: Any) -> Batch:
        async def run() -> None:
            await asyncio.gather(*(one(f"{UNIT}-{uuid.uuid4().hex}") for _ in range(CASES_A_BATCH)))

        return run

    ours = batch(lambda case_no: run_case(gateway, case_no))
    bare = batch(lambda workflow_id: run_floor(gateway.client, workflow_id))
    for warming in (ours, bare):
        await cost(warming, processes)
    measured = await pairs(ours, bare, processes, said.pairs, said.seed)
    control = await pairs(bare, bare, processes, said.pairs, said.seed + 1)
    found: dict[str, Any] = {}
    for name in ("cpu", "wall"):
        for label, taken in (("ratio", measured), ("control", control)):
            value = ratio([getattr(a, name) / getattr(b, name) for a, b in taken], said.seed)
            found[f"{name}_{label}"] = [round(x, 3) for x in (value.median, value.low, value.high)]
            print(f"与地板之比  {name:5} {'我们' if label == 'ratio' else '地板自比'}  {value}", flush=True)
    found["cpu_ms_a_case"] = _median([a.cpu * 1000 / CASES_A_BATCH for a, _ in measured])
    found["cpu_ms_a_floor"] = _median([b.cpu * 1000 / CASES_A_BATCH for _, b in measured])
    found["cases_per_second"] = _median([CASES_A_BATCH / a.wall for a, _ in measured])
    found["floors_per_second"] = _median([CASES_A_BATCH / b.wall for _, b in measured])
    return found


def _median(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2], 1)


def main() -> int:
    """Measure on a system of our own."""
    parser = argparse.ArgumentParser(prog="make bench", description="测量")
    parser.add_argument("--pairs", type=int, default=11, help="配对次数")
    parser.add_argument("--samples", type=int, default=100, help="延迟样本数")
    parser.add_argument("--clocks", type=int, default=1000, help="重算期限的在办案件数")
    parser.add_argument("--core-seconds", type=float, default=5, help="只测规则的秒数")
    parser.add_argument("--replays", type=int, default=1000, help="重放核对的案件数")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--force", action="store_true", help="机器不空闲也测")
    said = parser.parse_args()
    load = os.getloadavg()[0]
    if load > QUIET and not said.force:
        print(f"机器正忙（负载 {load:.2f}，应低于 {QUIET}）：稍后再测，或加 --force", file=sys.stderr)
        return 1
    with System() as system:
        figures = asyncio.run(measure(system, said))
    with System() as system:
        figures |= asyncio.run(measure_clocks(system, said.clocks))
    figures["load_before"] = round(load, 2)
    for name, value in figures.items():
        if name != "reference_case":
            print(f"{name:32} {value}")
    print(json.dumps(figures, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
