"""Heartbeats (心跳): a longer activity tells the engine that its process lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity

from activities.platform.leader import in_background

EVERY_SECONDS = 5.0
BEAT_TIMEOUT = timedelta(seconds=30)
"""Without a heartbeat for this long the attempt counts as dead, and another process tries."""


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Send heartbeats while the block runs. A blocked event loop sends none, as intended."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(EVERY_SECONDS)

    async with in_background(beat()):
        yield
