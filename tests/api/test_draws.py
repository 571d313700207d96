"""抽查: the seed is committed before the month, told after it, and every case of the month hears of it."""

import asyncio
import hashlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine

from activities.ledgers.rules import RuleBook
from api.queries import Queries, Statements
from api.supervision import draws
from models.aggregate import Command
from models.draws import ticket
from ops.postgres import conninfo
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SHARES = {"heping": 0.3}
JANUARY, FEBRUARY = datetime(2031, 1, 15, tzinfo=UTC), datetime(2031, 2, 2, tzinfo=UTC)
"""Months that no other test works in."""


def test_a_draw_is_committed_kept_and_revealed_only_after_its_month(people: People) -> None:
    sent: list[tuple[str, Command]] = []

    async def send(case_no: str, command: Command, stored: Any) -> None:
        sent.append((case_no, command))

    async def sweep(*times: datetime) -> None:
        engine = create_async_engine(people.system.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
        pool = AsyncConnectionPool(conninfo(people.system.database_url), kwargs={"autocommit": True}, open=False)
        async with pool:
            queries = Queries(engine, Statements(pool), RuleBook(pool))
            services: Any = SimpleNamespace(queries=queries, gateway=SimpleNamespace(send=send))
            for now in times:
                await draws.sweep(services, now, SHARES)
        await engine.dispose()

    def public() -> dict[str, dict[str, Any]]:
        items = people.http.get("/api/public/draws", params={"district": "heping"}).json()["items"]
        return {item["month"]: item for item in items}

    asyncio.run(sweep(JANUARY, JANUARY))
    before = public()
    assert set(before) == {"2031-01", "2031-02"}
    assert all(item["seed"] is None for item in before.values())
    number = people.register("hp-center.clerk")["case_no"]
    columns = "case_no, seq, at, action, actor, role, unit, command_id, detail, prev, hash"
    entry = f"'{number}', 99, '2031-01-20', 'archived', '', '', '', '', '{{}}', '', ''"
    people.write(f"INSERT INTO entries ({columns}) VALUES ({entry})")
    waits = """state || '{"awaits_draw": true}'"""
    people.write(f"UPDATE cases SET stage = 'archived', state = {waits} WHERE case_no = '{number}'")
    asyncio.run(sweep(FEBRUARY, FEBRUARY))
    after = public()["2031-01"]
    assert hashlib.sha256(after["seed"].encode()).hexdigest() == before["2031-01"]["commitment"]
    assert public()["2031-02"]["seed"] is None
    [(told, command)] = sent
    assert told == number
    assert command.body["ticket"] == ticket(after["seed"], number)
    assert command.body["commitment"] == before["2031-01"]["commitment"]
