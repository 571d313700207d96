"""A simulator for a private system (模拟器进程): connected as a department's system, and controlled by the test.

with Simulator(system, "xs-mz", timeout_seconds=2) as department:
    department.behave(answer="down")
    department.received()["assignments"]
"""

import sys
import time
from types import TracebackType
from typing import Any, Self

import httpx
import psutil

from ops.lab.simulator.service import NOTICES
from ops.ports import HOST, free_ports
from ops.processes import end, start
from ops.system import System

START_SECONDS = 30.0


class Simulator:
    """One department's system, in a process of its own; `settings` go into the department's adapter."""

    def __init__(self, system: System, unit: str, **settings: Any) -> None:
        self.unit = unit
        self._system, self._settings = system, settings
        [self.port] = free_ports(1)
        self._http = httpx.Client(base_url=f"http://{HOST}:{self.port}/simulator", timeout=60, trust_env=False)
        self._process: psutil.Popen | None = None

    def __enter__(self) -> Self:
        url = f"http://{HOST}:{self.port}{NOTICES}"
        secret = configure(self._system, self.unit, kind="http", url=url, rotate=True, **self._settings)["secret"]
        arguments = ["--port", str(self.port), "--unit", self.unit, "--secret", secret, "--api", self._system.api_url]
        with open(self._system.logs / f"simulator-{self.unit}.log", "ab") as log:
            self._process = start([sys.executable, "-m", "ops", "simulator", *arguments], log=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.unit} 的部门模拟器没有启动，日志在 {self._system.logs}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            end([self._process])
        self._http.close()

    def behave(self, **behaviour: Any) -> None:
        """Set the behaviour from now on; the rest has its defaults (see `Behaviour`)."""
        self._http.put("/behaviour", json=behaviour).raise_for_status()

    def received(self) -> dict[str, Any]:
        """The department's own count (see `Received.shown`)."""
        counts: dict[str, Any] = self._http.get("/received").raise_for_status().json()
        return counts

    def call_back(self, callback: dict[str, Any], trick: str | None = None) -> dict[str, Any]:
        """Send a callback once. Returns its `status` and `body`."""
        order = {"callback": callback, "trick": trick}
        answer: dict[str, Any] = self._http.post("/callbacks", json=order).raise_for_status().json()
        return answer

    def _answers(self) -> bool:
        try:
            return self._http.get("/behaviour").status_code == 200
        except httpx.TransportError:
            return False


def configure(system: System, unit: str, **adapter: Any) -> dict[str, Any]:
    """Set a department's adapter, as the administrator does. Returns the answer."""
    with httpx.Client(base_url=system.api_url, timeout=60, trust_env=False) as http:
        form = {"username": "admin", "password": system.password}
        token = http.post("/api/token", data=form).raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.put(f"/api/departments/{unit}/adapter", json=adapter, headers=headers)
        result: dict[str, Any] = answer.raise_for_status().json()
        return result
