"""A process beside the API (后台进程): how it is stopped and how it ends."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

SHUTDOWN = timedelta(seconds=8)
"""Below the process manager's patience (10 s), so that running tasks end in order."""


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set from now on."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    return stop


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it to its end, and end the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, tokens included
    asyncio.run(main())
    logging.shutdown()
    os._exit(0)  # the SDK's core may abort at interpreter exit after a clean shutdown (engine.md, finding 10)
