"""成效: a solution's effect (R82, R88; KB4): number and duration of cases of its matters. Pure.

The periods before and after are equally long, at most a quarter or as long as it has been in force, so that they can be
compared. Fewer cases are a success (窗口遇冷).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

LONGEST = timedelta(days=90)
"""本系统约定: a quarter, then the effect is reviewed."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A case of the solution's matters: registered and resolved when."""

    registered_at: datetime
    resolved_at: datetime | None


def span(published_at: datetime, now: datetime) -> timedelta:
    """The length of each period."""
    return min(LONGEST, now - published_at)


def effect(cases: Sequence[Held], published_at: datetime, now: datetime) -> dict[str, Any]:
    """Both periods side by side; `days` is the length of each."""
    length = span(published_at, now)
    return {
        "days": round(length / _DAY, 1),
        "before": _stretch(case for case in cases if published_at - length <= case.registered_at < published_at),
        "after": _stretch(case for case in cases if published_at <= case.registered_at < published_at + length),
    }


def _stretch(cases: Iterable[Held]) -> dict[str, Any]:
    """Number of cases, number resolved, and the median of their days."""
    came = list(cases)
    held = [(case.resolved_at - case.registered_at) / _DAY for case in came if case.resolved_at]
    return {"cases": len(came), "resolved": len(held), "median_days": round(median(held), 1) if held else None}
