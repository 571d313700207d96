"""Ratios to the floor: every arm in every round, there and back again, with a control of the floor against itself."""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import psutil

Batch = Callable[[], Awaitable[None]]
Processes = Mapping[str, psutil.Process]
OURSELVES = "client"
"""The name of the measuring process. It is the parent of all others, so it is counted without children."""

RESAMPLES = 2000
SETTLE_SECONDS = 0.6
"""Seconds after a batch for servers and followers: their work belongs to it, and they poll twice a second."""


@dataclass(frozen=True)
class Cost:
    """A batch's cost: CPU seconds of each process with its children, and wall seconds."""

    cpu: dict[str, float]
    wall: float

    def of(self, names: set[str]) -> float:
        """CPU seconds of these processes together."""
        return sum(seconds for name, seconds in self.cpu.items() if name in names)


@dataclass(frozen=True)
class Ratio:
    """A ratio of rounds: the median, and the 95 per cent interval of a bootstrap."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f}（{self.low:.2f}–{self.high:.2f}）"

    def rounded(self) -> list[float]:
        """The rounded values, for the JSON."""
        return [round(value, 3) for value in (self.median, self.low, self.high)]


def cpu_seconds(processes: Processes) -> dict[str, float]:
    """User and system time by name: of each process, of its children, and of the children that have ended."""
    return {name: _own(process) if name == OURSELVES else _tree(process) for name, process in processes.items()}


async def idle(processes: Processes, seconds: float) -> dict[str, float]:
    """Each process's CPU seconds in a second without requests."""
    before = cpu_seconds(processes)
    await asyncio.sleep(seconds)
    return {name: (cpu - before[name]) / seconds for name, cpu in cpu_seconds(processes).items()}


async def cost(batch: Batch, processes: Processes, at_rest: Mapping[str, float]) -> Cost:
    """Run a batch. Returns its cost without the processes' use at rest."""
    before, began = cpu_seconds(processes), time.perf_counter()
    await batch()
    wall = time.perf_counter() - began
    await asyncio.sleep(SETTLE_SECONDS)
    passed = time.perf_counter() - began
    return Cost(
        {name: cpu - before[name] - at_rest[name] * passed for name, cpu in cpu_seconds(processes).items()}, wall
    )


async def rounds(
    arms: Mapping[str, Batch], processes: Processes, at_rest: Mapping[str, float], count: int, seed: int
) -> dict[str, list[Cost]]:
    """Run `count` rounds with one batch of every arm: one in random order, the next in reverse (ABBA)."""
    dice, order = random.Random(seed), list(arms)
    costs: dict[str, list[Cost]] = {name: [] for name in arms}
    for number in range(count):
        if number % 2:
            order.reverse()
        else:
            dice.shuffle(order)
        for name in order:
            costs[name].append(await cost(arms[name], processes, at_rest))
    return costs


def ratio(values: list[float], seed: int) -> Ratio:
    """Median and bootstrap interval of the ratios of rounds."""
    dice = random.Random(seed)
    medians = sorted(statistics.median(dice.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Ratio(statistics.median(values), medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES)])


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _tree(process: psutil.Process) -> float:
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue  # its parent has its time now
        total += times.user + times.system + times.children_user + times.children_system
    return total
