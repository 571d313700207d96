"""What an idle system and what follows a case cost: all statements that reach PostgreSQL are counted."""

import asyncio
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from activities.followers.events import GATHER_SECONDS
from ops.lab.bench.reference import ACTS, REGISTRATION, UNIT
from ops.postgres import conninfo
from ops.system import System
from tests.duties import do_now
from workflows.duty import NAMESPACE
from workflows.hosting.schedules import DUTIES, duty_schedule, put_schedule
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("faults")]

MOST_A_SECOND, SECONDS = 4.0, 20
MOST_OF_A_CASE, MOST_OF_A_ROUND = 11, 2
"""What its entries need once (and two looks that come by themselves), and what is asked whenever some are numbered."""

STATEMENT = re.compile(r"program=(\S*) \w+: (?:execute [^:]+|statement): (.*)")


@pytest.fixture(scope="module")
def counted() -> Iterator[System]:
    """A system whose database logs every statement with the program that sent it."""
    with System() as system:
        with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET log_line_prefix = '%m program=%a '")
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(10)  # what begins with a start is over
        yield system


def log(system: System) -> str:
    return (system.logs / "postgres.log").read_text(encoding="utf-8", errors="replace")


def statements(text: str) -> Counter[str]:
    """How many statements each program sent."""
    entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", text)
    found = (STATEMENT.search(" ".join(entry.split())) for entry in entries)
    return Counter(match[1] for match in found if match)


def test_an_idle_system_asks_its_database_little(counted: System) -> None:
    before = len(log(counted))
    time.sleep(SECONDS)
    found = statements(log(counted)[before:])
    assert found["followers"] > 0, "nothing was counted"
    assert found.total() <= MOST_A_SECOND * SECONDS, found


def test_what_follows_a_case_is_a_few_statements(counted: System) -> None:
    with httpx.Client(base_url=counted.api_url, timeout=30) as http:

        def token(user: str) -> dict[str, str]:
            answer = http.post("/api/token", data={"username": user, "password": counted.password})
            return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}

        tokens = {user: token(user) for user in {act.by.actor for act in ACTS} - {"citizen"}}
        asyncio.run(pause_duties(counted))
        before, began = len(log(counted)), time.monotonic()
        headers = {**tokens[f"{UNIT}.clerk"], "Idempotency-Key": uuid.uuid4().hex}
        shown = http.post("/api/cases", json=REGISTRATION, headers=headers).raise_for_status().json()
        for act in ACTS:
            path, query = f"/api/cases/{shown['case_no']}/{act.name}", {}
            if act.by.actor == "citizen":
                path, query = path.replace("/api/", "/api/public/", 1), {"code": shown["query_code"]}
            http.post(path, json=act.body, params=query, headers=tokens.get(act.by.actor)).raise_for_status()
    behind = "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM followers WHERE position < (SELECT max(number) FROM events)"
    with psycopg.connect(conninfo(counted.database_url), autocommit=True) as connection:
        deadline = time.monotonic() + 20
        while connection.execute(behind.encode()).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.2)
        [points] = connection.execute("SELECT count(*) FROM score_points").fetchone() or [0]
    took = time.monotonic() - began
    text = log(counted)[before:]
    found, rounds = statements(text)["followers"], text.count("pg_advisory_xact_lock")
    assert points, "nobody followed"
    assert rounds <= took / GATHER_SECONDS + 2
    assert found <= MOST_OF_A_CASE + MOST_OF_A_ROUND * rounds, statements(text)
    print(f"跟随 {found} 条语句，{rounds} 轮，{took:.1f} 秒")


async def pause_duties(system: System) -> None:
    client = await connect(system.temporal_address, NAMESPACE)
    for duty in DUTIES:
        await client.get_schedule_handle(duty.name).pause()


def test_every_duty_has_a_schedule_and_succeeds(counted: System) -> None:
    for duty in DUTIES:
        assert do_now(counted, duty.name)

    async def look() -> None:
        client = await connect(counted.temporal_address, NAMESPACE)
        assert {found.id async for found in await client.list_schedules()} == {duty.name for duty in DUTIES}

    asyncio.run(look())


def test_a_schedule_that_somebody_paused_stays_paused(counted: System) -> None:
    async def look() -> None:
        client = await connect(counted.temporal_address, NAMESPACE)
        [resume, *_] = DUTIES
        handle = client.get_schedule_handle(resume.name)
        await handle.pause(note="升级期间暂停")
        schedule = duty_schedule(resume)
        schedule.spec.intervals[0].every = 2 * resume.every
        await put_schedule(client, resume.name, schedule)
        found = (await handle.describe()).schedule
        assert found.state.paused
        assert found.state.note == "升级期间暂停"
        assert found.spec.intervals[0].every == 2 * resume.every

    asyncio.run(look())
