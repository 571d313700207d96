"""`python -m ops.lab.bench`: print every figure; the last line is JSON of all of them."""

import argparse
import asyncio
import json
import os
import sys
from typing import Any

from api.commands.gateway import Gateway
from ops.lab.bench.arms import measure_arms
from ops.lab.bench.counts import count_reference_case
from ops.lab.bench.latency import core_commands_per_second, latencies, many_clocks
from ops.lab.bench.reaches import lines
from ops.lab.bench.replays import replays
from ops.system import System
from workflows.client import connect
from workflows.codec import CASES, converter

QUIET = 0.5
"""Load average above which figures would say more of the neighbours than of us."""


async def measure(system: System, said: argparse.Namespace) -> dict[str, Any]:
    """Everything, in the order of trust: counts, ratios, absolutes."""
    figures: dict[str, Any] = {"engine": "temporal dev server, sqlite wal", "seed": said.seed}
    figures["reference_case"] = (await count_reference_case(system)).figures()
    _print("参照案件", figures["reference_case"])
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    measured = await measure_arms(system, Gateway(client, system.ring, time_skipping=False), said.rounds, said.seed)
    _print("与地板相比", measured)
    figures |= measured
    figures |= await replays(system, client, said.replays)
    figures |= await latencies(system, said.samples)
    figures["core_commands_per_second"] = core_commands_per_second(said.core_seconds)
    return figures


async def measure_clocks(system: System, count: int) -> dict[str, Any]:
    """On a system with no other open case."""
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    return await many_clocks(system, Gateway(client, system.ring, time_skipping=False), count)


def _print(title: str, figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        print(f"{title}  {name:32} {value}", flush=True)


def main() -> int:
    """Measure on a system of our own."""
    parser = argparse.ArgumentParser(prog="make bench", description="测量")
    parser.add_argument("--rounds", type=int, default=14, help="轮数，每轮各臂各一批")
    parser.add_argument("--samples", type=int, default=100, help="延迟样本数")
    parser.add_argument("--clocks", type=int, default=1000, help="重算期限的在办案件数")
    parser.add_argument("--core-seconds", type=float, default=5, help="只测规则的秒数")
    parser.add_argument("--replays", type=int, default=150, help="重放核对的案件数")
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
    _print("全部", {name: value for name, value in figures.items() if name != "reference_case"})
    for line in lines({**figures, **figures["reference_case"]}):
        print(line)
    print(json.dumps(figures, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the SDK's core may abort or stay at interpreter exit (engine.md, finding 10)
