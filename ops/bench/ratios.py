"""Ratios to the floor: paired, interleaved, with a control of the floor against itself."""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psutil

Batch = Callable[[], Awaitable[None]]
RESAMPLES = 2000


@dataclass(frozen=True)
class Cost:
    """What a batch cost: CPU seconds of all processes together, and wall seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Ratio:
    """A ratio of medians' pairs: the median, and the 95 per cent interval of a bootstrap."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f}（{self.low:.2f}–{self.high:.2f}）"


def cpu_seconds(processes: list[psutil.Process]) -> float:
    """User and system time of these processes and of their children, each once, whoever else is its parent."""
    total = 0.0
    for each in {found for process in processes for found in (process, *process.children(recursive=True))}:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


async def cost(batch: Batch, processes: list[psutil.Process]) -> Cost:
    """Run a batch and say what it cost."""
    cpu, wall = cpu_seconds(processes), time.perf_counter()
    await batch()
    await asyncio.sleep(0.2)  # what the server writes behind belongs to the batch
    return Cost(cpu_seconds(processes) - cpu, time.perf_counter() - wall - 0.2)


async def pairs(a: Batch, b: Batch, processes: list[psutil.Process], count: int, seed: int) -> list[tuple[Cost, Cost]]:
    """`count` pairs of both, each pair in an order drawn by the seed."""
    dice, found = random.Random(seed), []
    for _ in range(count):
        if dice.random() < 0.5:
            first = await cost(a, processes)
            found.append((first, await cost(b, processes)))
        else:
            second = await cost(b, processes)
            found.append((await cost(a, processes), second))
    return found


def ratio(values: list[float], seed: int) -> Ratio:
    """Median and bootstrap interval of the ratios of pairs."""
    dice = random.Random(seed)
    medians = sorted(statistics.median(dice.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Ratio(statistics.median(values), medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES)])
