"""The embedded PostgreSQL: in any folder, durable, and cleaned up after whoever was killed."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from ops.postgres import STOP_SIGNAL, await_database, conninfo, ensure_database, maintenance_url, postgres
from ops.processes import end, postgres_processes, start
from ops.settings import Installation

pytestmark = pytest.mark.system


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """In a folder with spaces, Chinese and more letters than the address of a socket holds."""
    installation = Installation((tmp_path / f"数 据+;{'长' * 30}").resolve())
    installation.create()
    yield installation
    end(postgres_processes(installation), signal.SIGQUIT)
    shutil.rmtree(installation.socket_dir, ignore_errors=True)


def serve(installation: Installation) -> psutil.Popen:
    line = [sys.executable, "-m", "ops.postgres"]
    process = start(line, env=installation.environment(), log=subprocess.DEVNULL, end_signal=STOP_SIGNAL)
    await_database(installation.database_url("postgres"))
    ensure_database(installation.database_url())
    return process


def test_what_is_committed_outlives_kill(installation: Installation) -> None:
    url = conninfo(installation.database_url())
    first = serve(installation)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '办成' AS word")
    first.kill()
    first.wait()
    # Its number is in the lock files still, and its children may be alive still.
    assert (installation.pgdata / "postmaster.pid").exists()
    second = serve(installation)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("办成",)
    end([second], STOP_SIGNAL)
    assert postgres_processes(installation) == []


def test_a_foreign_number_in_the_lock_file_hinders_nothing(installation: Installation) -> None:
    end([serve(installation)], STOP_SIGNAL)
    (installation.pgdata / "postmaster.pid").write_text("1\n")
    end([serve(installation)], STOP_SIGNAL)


def test_both_ways_to_connect_take_the_address() -> None:
    with postgres() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("SHOW fsync")).scalar() == "on"
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
            assert connection.execute(text("SELECT current_database()")).scalar() == "bancheng"
            assert connection.execute(text("SELECT '窗口' ~ '^\\w+$'")).scalar() is True
        engine.dispose()
        ensure_database(url)
        with psycopg.connect(conninfo(maintenance_url(url))) as direct:
            assert direct.execute("SELECT current_database()").fetchone() == ("postgres",)
