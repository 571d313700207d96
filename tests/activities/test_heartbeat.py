"""Whatever takes longer than a moment is seen to live while it works, and is not while its loop is blocked."""

import asyncio
import time

import pytest
from temporalio.testing import ActivityEnvironment

from activities.platform.heartbeat import beating


def beats(work: float, blocked: float, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often an activity tells that it lives, which works for so long and then blocks its loop for so long."""
    monkeypatch.setattr("activities.platform.heartbeat.EVERY_SECONDS", 0.05)
    found: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *said: found.append(said)

    async def long() -> None:
        async with beating():
            await asyncio.sleep(work)
            time.sleep(blocked)  # noqa: ASYNC251  what must not be

    asyncio.run(environment.run(long))
    return len(found)


def test_it_beats_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 3 <= beats(0.3, 0, monkeypatch) <= 7


def test_it_does_not_beat_while_the_loop_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert beats(0.01, 0.3, monkeypatch) == 1
