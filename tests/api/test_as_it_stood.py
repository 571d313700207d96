"""Counted again later, a past moment gives the same figures with the same cases (R12, RP2; issue 7, 4)."""

import asyncio
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool

from activities.reports import Drawn, ReportFigures
from models.months import month_of
from ops.postgres import conninfo
from tests.api.conftest import DIFFICULT, People
from tests.api.test_solutions import do, published

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

HERE, THERE = "shangyu", "yanhu"
CLERK, HEAD, LEAD, LIAISON = "sy-center.clerk", "sy-center.head", "sy-zw.lead", "sy-yb.liaison"
DONE = {"outcome": "done", "summary": "办结", "basis": ["某条例第三条"]}


def drawn(people: People, at: datetime) -> dict[str, Drawn]:
    """Both districts' figures as of an instant."""

    async def draw() -> dict[str, Drawn]:
        async with AsyncConnectionPool(conninfo(people.system.database_url), min_size=2, max_size=4) as pool:
            counted = ReportFigures(pool)
            return {place: await counted.draw(place, month_of(at), at) for place in (HERE, THERE)}

    return asyncio.run(draw())


def done(people: People, number: str, *acts: tuple[str, str, dict[str, Any]]) -> None:
    for user, command, body in acts:
        answer = people.act(user, number, command, **body)
        assert answer.status_code == 200, (command, answer.text)


def test_what_comes_later_changes_no_past_figure(people: People) -> None:
    solution = published(people, f"当时有效{uuid.uuid4().hex[:6]}")
    registered = [people.register(CLERK) for _ in range(3)]
    going, ending, staying = (shown["case_no"] for shown in registered)
    for number in (going, ending, staying):
        done(people, number, (CLERK, "accept", {}), (CLERK, "diagnose", DIFFICULT))
    task = {"unit": "sy-yb", "role": "lead", "task": "核验"}
    done(people, ending, (CLERK, "apply_solution", {"solution_id": solution}))
    done(people, staying, (CLERK, "assign", {"assignments": [task]}))

    time.sleep(0.5)
    then = datetime.now(UTC)
    time.sleep(0.5)
    before = drawn(people, then)
    assert before[HERE].differences == before[THERE].differences == []
    assert going in before[HERE].figures.cases["registered"]
    assert going not in before[THERE].figures.cases["registered"]
    assert before[HERE].figures.values["solutions"][solution]["cases"] == 1

    done(
        people,
        going,
        (HEAD, "transfer", {"to_unit": "yh-center", "reason": "属盐湖区事项"}),
        ("yh-center.head", "receive", {}),
    )
    done(people, ending, (CLERK, "resolve", DONE))
    code = {"code": registered[1]["query_code"]}
    assert people.http.post(f"/api/public/cases/{ending}/evaluate", params=code, json={"score": 1}).is_success
    done(people, staying, (CLERK, "withdraw", {"on_behalf": True, "reason": "本人不再需要"}))
    do(people, LEAD, solution, "retire", reason="已并入一件事")
    assert people.register(CLERK)["case_no"]

    again = drawn(people, then)
    for place in (HERE, THERE):
        assert again[place].figures.values == before[place].figures.values, place
        assert again[place].figures.cases == before[place].figures.cases, place
        assert again[place].differences == []

    now = drawn(people, datetime.now(UTC))
    assert going in now[THERE].figures.cases["registered"], "who has it counts it, once"
    assert going not in now[HERE].figures.cases["registered"]
    assert now[HERE].differences == now[THERE].differences == []
    assert solution not in {n for n, each in now[HERE].figures.values["solutions"].items() if not each["cases"]}
    gone = now[HERE].figures.values["solutions_published"]
    assert gone == before[HERE].figures.values["solutions_published"] - 1


def test_a_case_that_was_looked_at_after_the_month_is_none_of_the_month(people: People) -> None:
    """What is touched only afterwards was neither open then, nor did anything happen to it in that month."""
    number = people.register(CLERK)["case_no"]
    done(people, number, (CLERK, "accept", {}), (CLERK, "diagnose", DIFFICULT), (CLERK, "resolve", DONE))
    assert people.view(number)["checkpoints"][-1]["signs"], "something that would be counted"
    ledger = f"UPDATE entries SET at = at {{}} interval '100 days' WHERE case_no = '{number}' AND action <> 'noted'"
    row = f"UPDATE cases SET registered_at = registered_at {{}} interval '100 days' WHERE case_no = '{number}'"
    people.write("ALTER TABLE entries DISABLE TRIGGER USER")
    people.write(ledger.format("-"))
    people.write(row.format("-"))
    assert people.act(CLERK, number, "note", text="后来补记").status_code == 200
    people.write(row.format("-"))  # the note wrote the row anew
    found = drawn(people, datetime.now(UTC) - timedelta(days=50))[HERE].figures
    people.write(ledger.format("+"))
    people.write(row.format("+"))
    people.write("ALTER TABLE entries ENABLE TRIGGER USER")
    assert all(number not in cases for cases in found.cases.values())
