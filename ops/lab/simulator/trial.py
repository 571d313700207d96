"""`bancheng departments`: cases with departments that misbehave, while the worker is killed.

It ends when all notices and callbacks are through. Last line JSON; exit code 1 on a task that was lost or
doubled, by the departments' own count or by the ledger's.
"""

import asyncio
import json
import random
import threading
import time
from contextlib import ExitStack
from typing import Any

import psycopg

from ops.lab.simulator.check import figures, violations
from ops.lab.simulator.process import Simulator
from ops.lab.simulator.window import Window
from ops.postgres import conninfo
from ops.system import System

MISBEHAVIOUR: dict[str, dict[str, Any]] = {
    "xs-mz": {"acts": ["sign", "reply"]},
    "xs-rs": {"acts": ["sign", "extend"], "answer": "garbled", "only_first": True},
    "xs-zj": {"acts": ["sign"], "answer": "down"},
    "xs-jy": {"acts": ["sign", "reply"], "delay_seconds": 3, "only_first": True},
    "xs-sc": {"acts": ["sign", "reply"], "tricks": ["twice", "replay", "forged", "stale"]},
    "xs-ga": {"acts": ["return"], "answer": "too_large", "only_first": True},
}
"""Each department's behaviour. 住建 is down until half of the cases are assigned; 民政 is healthy."""

HEALTHY, DOWN, TIMEOUT_SECONDS = "xs-mz", "xs-zj", 2
KILLS = 3
SETTLE_SECONDS = 300.0


def trial(system: System, cases: int, clerks: int, seed: int) -> dict[str, Any]:
    """Assign the cases, let the departments misbehave, and wait for quiet. Returns figures and violations."""
    with ExitStack() as stack:
        departments = {
            unit: stack.enter_context(Simulator(system, unit, timeout_seconds=TIMEOUT_SECONDS)) for unit in MISBEHAVIOUR
        }
        for unit, department in departments.items():
            department.behave(**MISBEHAVIOUR[unit])
        began = time.perf_counter()
        window = Window(system, list(MISBEHAVIOUR), random.Random(seed))
        assigning = threading.Thread(target=lambda: asyncio.run(window.assign(cases, clerks)))
        assigning.start()
        for kill in range(1, KILLS + 1):
            while assigning.is_alive() and window.done < cases * kill // (KILLS + 1):
                time.sleep(0.05)
            system.kill("worker")
            system.start("worker")
            if kill * 2 > KILLS:
                departments[DOWN].behave(acts=MISBEHAVIOUR[DOWN]["acts"])
        assigning.join()
        assigned = time.perf_counter() - began
        with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
            counts = _settled(connection, departments, window)
            settled = time.perf_counter() - began
            breaches = violations(connection, window.expected, counts, MISBEHAVIOUR)
            measured = figures(connection, counts)
    return {
        "seed": seed,
        "cases": cases,
        "kills": KILLS,
        "assigned_seconds": round(assigned, 1),
        "settled_seconds": round(settled, 1),
        "departments": measured,
        "violations": breaches,
    }


def _settled(connection: Any, departments: dict[str, Simulator], window: Window) -> dict[str, Any]:
    """The departments' counts, once they settle or the time is over."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        counts = {unit: department.received() for unit, department in departments.items()}
        quiet = not violations(connection, window.expected, counts, MISBEHAVIOUR)
        if time.monotonic() > deadline or (quiet and not any(count["at_work"] for count in counts.values())):
            return counts
        time.sleep(1)


def main(cases: int, clerks: int, seed: int | None) -> int:
    """Run the trial on a private system."""
    seed = random.randrange(10**6) if seed is None else seed
    print(f"种子 {seed}", flush=True)
    with System() as system:
        result = trial(system, cases, clerks, seed)
    for line in result["violations"]:
        print("违反：", line)
    for unit, measured in result["departments"].items():
        print(unit, json.dumps(measured, ensure_ascii=False))
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["violations"] else 0
