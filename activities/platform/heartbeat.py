"""Heartbeats (心跳): an activity that takes longer than a moment tells the engine that its process lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity

from activities.platform.leader import beside

EVERY_SECONDS = 5.0
BEAT_TIMEOUT = timedelta(seconds=30)
"""So long without a heartbeat and the attempt counts as dead: another process tries."""


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Tell the engine again and again while the block runs. A loop that is blocked does not tell, as it should be."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(EVERY_SECONDS)

    async with beside(beat()):
        yield
