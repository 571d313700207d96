"""The whole system as people start it: it comes up, survives every kind of end, and leaves nothing behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from ops.ports import free_ports, taken
from ops.postgres import conninfo
from ops.processes import leftovers, postgres_processes
from ops.settings import ROOT, Installation

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("system")]

READY_SECONDS = 60
"""What the system promises once the dependencies are there."""

END_SECONDS = 40
LASTING = ("postgres", "temporal", "worker", "followers", "api")


class Running:
    """One `make run` in a folder of its own."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.output = installation.data_dir.with_name("output.txt")
        env = {**os.environ, "DATA_DIR": str(installation.data_dir), "DEMO": "0"}
        env |= {name: str(port) for name, port in installation.ports.items()}
        env.pop("MAKELEVEL", None)
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops", "run"],
                cwd=ROOT,
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def await_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.output.read_text()
            return "办成已就绪" in self.output.read_text()

        within(READY_SECONDS, ready)

    def others(self) -> list[psutil.Process]:
        """Everything it started, itself apart."""
        return leftovers(self.installation) + postgres_processes(self.installation)

    def pid_of(self, name: str) -> int | None:
        """The process that the manager started last for a program."""
        log = (self.installation.logs / "supervisord.log").read_text()
        found = re.findall(rf"spawned: '{name}' with pid (\d+)", log)
        return int(found[-1]) if found and psutil.pid_exists(int(found[-1])) else None

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(conninfo(self.installation.database_url()), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def within(seconds: float, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation((tmp_path / "data").resolve(), *free_ports(3), demo=False)


@pytest.fixture
def start(installation: Installation) -> Iterator[Callable[[], Running]]:
    """Starts the system of `installation`; what a failed test left of it ends with the test."""
    started: list[Running] = []

    def begin() -> Running:
        started.append(Running(installation))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()
    for process in leftovers(installation) + postgres_processes(installation):
        process.kill()


@pytest.fixture
def bystander(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody else's process, in the same folder and with the same settings."""
    env = {**os.environ, "DATA_DIR": str(installation.data_dir)}
    installation.data_dir.mkdir()
    with subprocess.Popen(["sleep", "600"], cwd=installation.data_dir, env=env) as process:
        yield process
        process.kill()


def test_it_carries_on_after_kill_and_ends_without_a_trace(
    installation: Installation, start: Callable[[], Running], bystander: subprocess.Popen[bytes]
) -> None:
    first = start()
    first.await_ready()
    told = dict(line.split("=", 1) for line in installation.ready_file.read_text().splitlines())
    with psycopg.connect(told["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM units").fetchall() != [(0,)]
    assert told["TEMPORAL_ADDRESS"] == installation.temporal_address
    assert told["API_URL"] == installation.api_url
    assert told["DEMO_PASSWORD"] == installation.password
    assert installation.secret() not in installation.ready_file.read_text()
    assert answers(f"{told['API_URL']}/readyz")
    assert answers(installation.ui_url)
    for program in ("WORKER", "FOLLOWERS"):
        within(20, lambda program=program: answers(f"{told[f'{program}_URL']}/healthz"))
    first.sql("CREATE TABLE kept (word text)")
    first.sql("INSERT INTO kept VALUES ('办成')")
    secret = installation.secret()

    # Parents first: whoever outlived them would have to be ended by the next start.
    for process in (psutil.Process(first.process.pid), *first.others()):
        with contextlib.suppress(psutil.NoSuchProcess):  # a child may end as soon as its parent is gone
            process.kill()
    first.process.wait()

    second = start()
    second.await_ready()
    assert second.sql("SELECT word FROM kept") == [("办成",)]
    assert installation.secret() == secret

    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(END_SECONDS) == 0
    assert second.others() == []
    assert not installation.ready_file.exists()
    assert not any(taken(port) for port in installation.ports.values())
    assert bystander.poll() is None


def test_what_dies_comes_back_by_itself(installation: Installation, start: Callable[[], Running]) -> None:
    running = start()
    running.await_ready()
    for name in LASTING:
        before = running.pid_of(name)
        assert before
        psutil.Process(before).kill()
        within(30, lambda name=name, before=before: running.pid_of(name) not in (None, before))
        within(30, lambda: answers(f"{installation.api_url}/readyz"))
    running.process.terminate()
    assert running.process.wait(END_SECONDS) == 0
    assert running.others() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
@pytest.mark.parametrize("killed", ["start", pytest.param("manager", marks=pytest.mark.drill)])
def test_nothing_outlives_who_started_it(installation: Installation, start: Callable[[], Running], killed: str) -> None:
    running = start()
    running.await_ready()
    if killed == "start":
        running.process.kill()
    else:
        manager = int((installation.data_dir / "supervisord.pid").read_text())
        psutil.Process(manager).kill()
    code = running.process.wait(END_SECONDS)
    assert code == (-signal.SIGKILL if killed == "start" else 1)
    within(END_SECONDS, lambda: running.others() == [])
    if killed == "start":
        again = start()
        again.await_ready()
        again.process.terminate()
        assert again.process.wait(END_SECONDS) == 0
        assert again.others() == []


def test_what_does_not_come_up_is_named(installation: Installation, start: Callable[[], Running]) -> None:
    installation.create()
    # A folder that is none of PostgreSQL's, which it refuses to start in.
    installation.pgdata.mkdir()
    (installation.pgdata / "PG_VERSION").write_text("18\n")
    running = start()
    assert running.process.wait(READY_SECONDS) == 1
    assert "数据库 PostgreSQL 未能启动" in running.output.read_text()
    assert running.others() == []
