"""A complete private system (私有系统): for scenario files, tests and measurements, beside a running one.

    with System(time_skipping=True) as system:
        httpx.get(f"{system.api_url}/readyz")
        system.kill("worker")
        system.restart("worker")

Free ports and a fresh folder each time; PostgreSQL, Temporal, worker and API are real and end with it.
"""

import os
import shutil
import signal
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from activities.platform.keyring import KeyRing
from ops.ports import free_ports
from ops.processes import end, postgres_processes, start
from ops.programs import Program, programs
from ops.settings import ROOT, Installation

START_SECONDS = 60.0


class SystemStartError(RuntimeError):
    """A private system did not come up (未能启动); the message holds the end of the log."""


class System:
    """One system. `keep`, or a failure inside `with`, leaves its folder with the logs."""

    def __init__(
        self,
        *,
        time_skipping: bool = False,
        demo: bool = False,
        ui: bool = False,
        keep: bool = False,
        engine_values: tuple[str, ...] = (),
    ) -> None:
        """`time_skipping`: a clock for each case · `demo`: the demo cases · `ui`: the Temporal Web UI.

        `engine_values`: more dynamic configuration of the engine, as `key=value`.
        """
        self.keep = keep
        folder = Path(tempfile.mkdtemp(prefix="bancheng-")).resolve()
        api, temporal, web, inner, worker, followers = free_ports(6)
        self.installation = Installation(
            folder,
            api,
            temporal,
            web,
            demo=demo,
            time_skipping=time_skipping,
            headless=not ui,
            inner_ui_port=inner,
            engine_values=engine_values,
            worker_port=worker,
            followers_port=followers,
        )
        self.installation.create()
        self.env = self.installation.environment()
        self.processes: dict[str, psutil.Popen] = {}
        self._programs: dict[str, Program] = {p.name: p for p in programs(self.installation)}

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return self.installation.api_url

    @property
    def temporal_address(self) -> str:
        """The address of the Temporal server."""
        return self.installation.temporal_address

    @property
    def database_url(self) -> str:
        """The address of the database, as SQLAlchemy takes it."""
        return self.installation.database_url()

    @property
    def password(self) -> str:
        """The password of every demo user."""
        return self.installation.password

    @property
    def secret(self) -> bytes:
        """The secret from which keys and sealed ids are derived."""
        return bytes.fromhex(self.installation.secret())

    @property
    def ring(self) -> KeyRing:
        """The keys of its histories and personal data."""
        return KeyRing(self.installation.keys())

    @property
    def logs(self) -> Path:
        """The folder with a log for each program."""
        return self.installation.logs

    def __enter__(self) -> Self:
        try:
            for program in self._programs.values():
                if not program.waits:
                    self.start(program.name)
            self._await("setup", self.installation.ready_file.exists)
            for program in self._programs.values():
                if program.waits:
                    self.start(program.name)
            self.await_ready()
        except BaseException as error:
            self.stop(keep=True)
            error.add_note(f"日志在 {self.logs}")
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            error.add_note(f"日志在 {self.logs}")
        self.stop(keep=self.keep or error is not None)

    def start(self, name: str, *, source: Path = ROOT, alias: str = "") -> None:
        """Start one program. It ends with the thread that calls this at the latest.

        `source`: the folder with the code that it runs · `alias`: the name of a second process of this program.
        """
        program = self._programs[name]
        if alias:
            self._programs[alias] = replace(program, name=alias)
        with open(self.logs / f"{alias or name}.log", "ab") as log:
            command, end_signal = program.command, program.end_signal
            env = self.env | {
                name: "" for name in self.env if alias and name.endswith("_HEALTH")
            }  # one port, one process
            started = start(command, env=env, log=log, end_signal=end_signal, source=source)
        self.processes[alias or name] = started

    def set_up(self, source: Path) -> None:
        """Prepare the system with the code in this folder. Raises SystemStartError where that fails."""
        self.start("setup", source=source)
        if self.processes["setup"].wait():
            raise SystemStartError(f"准备未完成：\n{tail(self.logs / 'setup.log')}")

    def upgrade(self, source: Path) -> None:
        """End every program that needs the set-up, repeat the set-up, and start each with the code in this folder."""
        names = [program.name for program in self._programs.values() if program.waits and not program.once]
        end([self.processes[name] for name in names if name in self.processes])
        self.set_up(source)
        for name in names:
            self.start(name, source=source)
        self.await_ready()

    def kill(self, name: str, signum: int = signal.SIGKILL) -> None:
        """End one program without warning, and wait until it is gone."""
        self.processes[name].send_signal(signum)
        self.processes[name].wait()

    def restart(self, name: str) -> None:
        """Start a killed program, and wait until the system is ready again."""
        self.start(name)
        self.await_ready()

    def await_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the API is ready. Raises SystemStartError."""
        self._await("api", self._ready, seconds)

    def stop(self, *, keep: bool = False) -> None:
        """End everything in order, the database last, and remove the folder unless it is to be kept."""
        for name in reversed(self._programs):
            if name in self.processes:
                end([self.processes[name]], self._programs[name].end_signal)
        end(postgres_processes(self.installation), signal.SIGQUIT)
        if not keep:
            shutil.rmtree(self.installation.socket_dir, ignore_errors=True)
            shutil.rmtree(self.installation.data_dir, ignore_errors=True)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.api_url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _await(self, name: str, condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            # A program that a test killed has a negative code, which is no failure.
            ended = [name for name, process in self.processes.items() if (process.poll() or 0) > 0]
            if ended or time.monotonic() > deadline:
                blamed = ended[0] if ended else name
                log = tail(self.logs / f"{blamed}.log")
                raise SystemStartError(f"{self._programs[blamed].title} 未能启动：\n{log}")
            time.sleep(0.05)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    if not log.exists():
        return "（没有日志）"
    with open(log, "rb") as file:
        file.seek(max(0, os.path.getsize(log) - 16_384))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
