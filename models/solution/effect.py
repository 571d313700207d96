"""成效: what a solution changed (R82, R88; KB4): how many cases of its matters came, and how long they were held. Pure.

Before and after are equally long, so that they may be compared: at most a quarter each, or as long as it has been in
force. That fewer come is the success (窗口遇冷).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

LONGEST = timedelta(days=90)
"""本系统约定: a quarter, after which the effect is reviewed."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A case of the solution's matters: when it came, and when it was resolved."""

    registered_at: datetime
    resolved_at: datetime | None


def span(published_at: datetime, now: datetime) -> timedelta:
    """How long before and after are looked at."""
    return min(LONGEST, now - published_at)


def effect(cases: Sequence[Held], published_at: datetime, now: datetime) -> dict[str, Any]:
    """Both stretches of time side by side; `days` is how long each is."""
    length = span(published_at, now)
    return {
        "days": round(length / _DAY, 1),
        "before": _stretch(case for case in cases if published_at - length <= case.registered_at < published_at),
        "after": _stretch(case for case in cases if published_at <= case.registered_at < published_at + length),
    }


def _stretch(cases: Iterable[Held]) -> dict[str, Any]:
    """Cases that came, those of them that are resolved, and the median of the days that these were held."""
    came = list(cases)
    held = [(case.resolved_at - case.registered_at) / _DAY for case in came if case.resolved_at]
    return {"cases": len(came), "resolved": len(held), "median_days": round(median(held), 1) if held else None}
