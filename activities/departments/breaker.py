"""Protection between departments (隔离与熔断): a department that is down or slow costs the others nothing.

A bulkhead bounds the calls to one department at a time. A circuit breaker stops calls to a department that fails
repeatedly, then lets single calls through until one succeeds. Both live in a worker's memory: they spare the other side
and our slots and record nothing.
"""

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from activities.departments.protocol import OutageError, RefusedError

AT_ONCE = 4
"""Calls under way to one department."""

FAILURES = 5
"""Failures in a row that open the breaker."""

OPEN_SECONDS, OPEN_LONGEST = 2.0, 60.0
"""Seconds that it stays open the first time; each further failure doubles them."""

FULL_SECONDS = 1.0
"""About how many seconds a call waits when every place is taken."""


class HeldBackError(Exception):
    """The call was not made (暂缓): try again after that time."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.retry_after = timedelta(seconds=seconds)


class OpenError(HeldBackError):
    """The department has failed again and again (熔断)."""


class CrowdedError(HeldBackError):
    """Every place is taken (拥挤); no sign about the department."""


class Breaker:
    """The protection of one department. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._under_way = 0
        self._failures = 0
        self._open_seconds = OPEN_SECONDS
        self._open_until: float | None = None

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Wrap one call. An OutageError in it counts as a failure, any answer as a sign of life.

        Raises HeldBackError when the call must not be made now.
        """
        self._admit()
        self._under_way += 1
        try:
            yield
        except OutageError:
            self._failed()
            raise
        except RefusedError:
            self._answered()
            raise
        else:
            self._answered()
        finally:
            self._under_way -= 1

    def _admit(self) -> None:
        if self._open_until is not None:
            left = self._open_until - self._clock()
            if left > 0 or self._under_way:
                raise OpenError("对方系统连续出错，暂停呼叫", max(left, FULL_SECONDS))
        if self._under_way >= AT_ONCE:
            raise CrowdedError("对方系统的呼叫已满", FULL_SECONDS * random.uniform(0.5, 1.5))

    def _failed(self) -> None:
        now = self._clock()
        if self._open_until is not None:
            if now < self._open_until:
                return  # under way since before it opened
            self._open_seconds = min(self._open_seconds * 2, OPEN_LONGEST)
        self._failures += 1
        if self._failures >= FAILURES:
            self._open_until = now + self._open_seconds

    def _answered(self) -> None:
        self._failures, self._open_seconds, self._open_until = 0, OPEN_SECONDS, None
