"""Waiting for what comes true by itself (等待): with an end, so that what never comes fails the test."""

import time
from collections.abc import Callable
from typing import Any


def until(condition: Callable[[], Any], seconds: float = 30.0, pause: float = 0.05) -> Any:
    """Wait until it holds, looking every `pause` seconds; what it then is."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "未在规定时间内发生"
        time.sleep(pause)
    return found
