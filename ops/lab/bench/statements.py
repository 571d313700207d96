"""Every SQL statement that a system sends, by process (数据库语句)."""

import re
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg

from ops.postgres import conninfo
from ops.system import System

OURSELVES = "bench"
SET_UP = "setup"
SILENT = ("postgres", "temporal", SET_UP)
"""Programs that send no statements while a system runs."""

_ENTRY = re.compile(r"\[\d+\] (\S+) LOG: +(?:execute [^:]+|statement): (.*)", re.DOTALL)
_NEXT = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
"""A statement may run over several lines; the log begins each entry with its time."""


@dataclass(frozen=True)
class Span:
    """The statements between two marks, counted by process and text, and the seconds between them."""

    seconds: float
    asked: Counter[tuple[str, str]]

    @property
    def total(self) -> int:
        """The number of all statements."""
        return self.asked.total()

    def by_process(self) -> Counter[str]:
        """The number of statements by process."""
        counts: Counter[str] = Counter()
        for (process, _), count in self.asked.items():
            counts[process] += count
        return counts

    def containing(self, pattern: re.Pattern[str]) -> int:
        """The number of statements that match the pattern."""
        return sum(count for (_, text), count in self.asked.items() if pattern.search(text))


def log_every_statement(connection: psycopg.Connection) -> None:
    """Have PostgreSQL log what `statements_in` reads. Open sessions follow a moment later."""
    connection.execute("ALTER SYSTEM SET log_statement = 'all'")
    connection.execute("ALTER SYSTEM SET log_line_prefix = '%m [%p] %a '")
    connection.execute("SELECT pg_reload_conf()")


def log_no_statement(connection: psycopg.Connection) -> None:
    """Stop logging statements."""
    connection.execute("ALTER SYSTEM RESET log_statement")
    connection.execute("SELECT pg_reload_conf()")


class Statements:
    """The log of statements, while the block runs. It restarts the database's clients under names of their own.

    One message to the server is one statement, be it several joined by semicolons. BEGIN and COMMIT count.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._database = psycopg.connect(conninfo(system.database_url), autocommit=True, application_name=OURSELVES)

    def __enter__(self) -> Self:
        log_every_statement(self._database)
        for name in [name for name in self._system.processes if name not in SILENT]:
            self._system.kill(name)
            self._system.env["PGAPPNAME"] = name
            self._system.restart(name)
        del self._system.env["PGAPPNAME"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._database:
            log_no_statement(self._database)

    def mark(self) -> tuple[str, float]:
        """A place in the log, and its time."""
        text = f"mark {uuid.uuid4().hex}"
        self._database.execute(f"SELECT '{text}'".encode())
        return text, time.monotonic()

    def between(self, begin: tuple[str, float], end: tuple[str, float]) -> Span:
        """The statements of all other processes between two marks."""
        log = (self._system.logs / "postgres.log").read_text(encoding="utf-8", errors="replace")
        begins = log.index("\n", log.rindex(begin[0])) + 1
        return Span(end[1] - begin[1], statements_in(log[begins : log.rindex(end[0])]))


def statements_in(log: str) -> Counter[tuple[str, str]]:
    """The statements of all other processes, counted by process and text."""
    asked: Counter[tuple[str, str]] = Counter()
    for entry in _NEXT.split(log):
        if (match := _ENTRY.search(entry)) and match[1] != OURSELVES:
            asked[match[1], " ".join(match[2].split())] += 1
    return asked
