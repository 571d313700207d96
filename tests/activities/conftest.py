"""A database of its own for each test, on one private server."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from ops.postgres import conninfo, ensure_database, postgres
from ops.setup import tables
from tests.settings import with_database


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def empty(server: str, request: pytest.FixtureRequest) -> str:
    """The address of a new database without tables, as SQLAlchemy takes it."""
    url = urlsplit(server)._replace(path=f"/{request.node.name[:60]}").geturl()
    ensure_database(url)
    return url


@pytest.fixture
def database(empty: str) -> str:
    """The address of a new database with all tables, as psycopg takes it."""
    asyncio.run(tables(with_database(empty)))
    return conninfo(empty)
