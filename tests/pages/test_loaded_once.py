"""A page loads its case once: what it shows is of one moment, and costs one look."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from ops.lab.bench.statements import log_every_statement, log_no_statement
from ops.postgres import conninfo
from tests.api.conftest import People
from tests.pages.conftest import Tab
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

HEAD = "xw-center.head"
LOADED = re.compile(r"^\s*FROM cases c WHERE c\.case_no = ", re.MULTILINE)


@contextmanager
def told(site: People) -> Iterator[psycopg.Connection]:
    """PostgreSQL writes every statement into its log."""
    with psycopg.connect(conninfo(site.system.database_url), autocommit=True) as connection:
        log_every_statement(connection)
        try:
            yield connection
        finally:
            log_no_statement(connection)


def marked(connection: psycopg.Connection, log: Path, mark: LiteralString) -> bool:
    """Leave a mark in the log; whether it stands there. A session hears of a new setting a moment later."""
    connection.execute(f"SELECT '{mark}'")
    return mark in log.read_text(encoding="utf-8", errors="replace")


def test_the_page_of_a_case_loads_it_once(tabs: Tab) -> None:
    site = tabs.site
    number = site.register()["case_no"]
    log = site.system.logs / "postgres.log"
    # Without script: the live feed of an open page asks by itself whether its reader may see the case.
    with tabs.of(HEAD, script=False) as page, told(site) as connection:
        page.wait_for_load_state()
        until(lambda: marked(connection, log, "before the page"))
        page.goto(f"/cases/{number}")
        until(lambda: marked(connection, log, "after the page"))
    text = log.read_text(encoding="utf-8", errors="replace")
    asked = text[text.rindex("before the page") : text.rindex("after the page")]
    assert len(LOADED.findall(asked)) == 1
