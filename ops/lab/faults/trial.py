"""`bancheng faults`: kill processes while cases are worked on. Last line JSON; exit code 1 on a violation."""

import asyncio
import json
import random
import time
from typing import Any

from ops.lab.faults.check import violations
from ops.lab.faults.work import Client, Journal
from ops.system import System
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter

KINDS = {
    "worker": ["worker"],
    "followers": ["followers"],
    "api": ["api"],
    "engine": ["temporal"],
    "database": ["postgres"],
    "all": ["worker", "followers", "api", "temporal", "postgres"],
}
SETTLE_SECONDS = 45.0
"""Seconds to settle: longer than the sweep needs to find a number without a case."""


async def trial(system: System, kinds: list[str], cases: int, clients: int, every: float, seed: int) -> dict[str, Any]:
    """Work on cases while processes are killed. Returns counts, recovery times and violations."""
    dice, journal = random.Random(seed), Journal(system.logs / "journal.jsonl")
    people = [Client(system, journal) for _ in range(clients)]
    waiting: asyncio.Queue[int] = asyncio.Queue()
    for index in range(cases):
        waiting.put_nowait(index)

    async def work(person: Client) -> None:
        while not waiting.empty():
            await person.case(random.Random(seed + waiting.get_nowait()))

    workers = [asyncio.create_task(work(person)) for person in people]
    recoveries: dict[str, list[float]] = {kind: [] for kind in kinds}
    turn: list[str] = []
    try:
        while not all(task.done() for task in workers):
            await asyncio.wait(workers, timeout=every * (0.5 + dice.random()), return_when=asyncio.FIRST_EXCEPTION)
            if any(task.done() and task.exception() for task in workers) or all(task.done() for task in workers):
                break
            turn = turn or dice.sample(kinds, len(kinds))  # each kind once before any repeats
            kind = turn.pop()
            recoveries[kind].append(kill_and_restart(system, KINDS[kind]))
        await asyncio.gather(*workers)
    finally:
        for person in people:
            await person.close()
        journal.close()
    client = await connect(system.temporal_address, "default", converter(system.ring, CASES))
    breaches = await violations(system, journal, client)
    deadline = time.monotonic() + SETTLE_SECONDS
    while breaches and time.monotonic() < deadline:
        await asyncio.sleep(1)
        breaches = await violations(system, journal, client)
    return {
        "seed": seed,
        "cases": cases,
        "acknowledged": len(journal.acknowledged),
        "kills": {kind: len(times) for kind, times in recoveries.items()},
        "recovery_seconds": {kind: _spread(times) for kind, times in recoveries.items() if times},
        "violations": breaches,
    }


def kill_and_restart(system: System, names: list[str]) -> float:
    """Kill -9 these processes together and restart them. Returns the seconds until the system is ready."""
    for name in names:
        system.kill(name)
    began = time.perf_counter()
    for name in reversed(names):
        system.start(name)
    system.await_ready()
    return time.perf_counter() - began


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": round(ordered[len(ordered) // 2], 2), "max": round(ordered[-1], 2)}


def main(kinds: list[str], cases: int, clients: int, every: float, seed: int | None) -> int:
    """Run the trial on a private system."""
    seed = random.randrange(10**6) if seed is None else seed
    print(f"种子 {seed}", flush=True)
    with System() as system:
        result = asyncio.run(trial(system, kinds, cases, clients, every, seed))
    for line in result["violations"]:
        print("违反：", line)
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["violations"] else 0
