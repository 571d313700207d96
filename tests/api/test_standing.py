"""What stands still is noticed: each way of standing still raises its alarm, once, and it goes away when it is over."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from temporalio.client import Client

from ops.postgres import conninfo
from ops.system import System
from tests import waiting
from tests.api.conftest import People, registration
from workflows.case import CaseWorkflow
from workflows.platform.client import TASK_QUEUE, connect
from workflows.platform.codec import CASES, converter
from workflows.platform.sealing import NAMESPACE, workflow_id

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("standing")]

CLERK = "xw-center.clerk"
WITHIN = 60
"""Seconds in which an alarm must be there."""

until = partial(waiting.until, seconds=WITHIN, pause=0.3)


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def alarms(people: People, ledger: str, **query: Any) -> list[dict[str, Any]]:
    found = people.get("admin", "/api/alarms", limit=500, **query).json()["items"]
    return [item for item in found if item["case_no"] == ledger]


def kinds(people: People, ledger: str) -> set[str]:
    return {item["kind"] for item in alarms(people, ledger)}


async def engine(people: People) -> Client:
    return await connect(people.system.temporal_address, "default", converter(people.system.ring, CASES))


def forge(people: People, case_no: str, before: str, after: str) -> None:
    """Give the last entry another hash, everywhere in the register, as whoever has the database's password could."""
    with psycopg.connect(conninfo(people.system.database_url), autocommit=True) as connection:
        connection.execute("ALTER TABLE entries DISABLE TRIGGER ALL")
        connection.execute("UPDATE entries SET hash = %s WHERE case_no = %s AND hash = %s", (after, case_no, before))
        connection.execute(
            "UPDATE cases SET head = %s, state = jsonb_set(state, '{head}', to_jsonb(%s::text)) WHERE case_no = %s",
            (after, after, case_no),
        )
        connection.execute("ALTER TABLE entries ENABLE TRIGGER ALL")


def head(people: People, case_no: str) -> str:
    return str(people.rows("SELECT head FROM cases WHERE case_no = %s", case_no)[0][0])


def test_a_forged_head_stops_the_case_and_is_told(people: People) -> None:
    number = people.under_way(CLERK)
    before = head(people, number)
    length = people.view(number)["timeline_length"]
    forge(people, number, before, "f" * 64)
    answer = people.act(CLERK, number, "note", text="伪造之后")
    assert answer.status_code == 503
    until(lambda: "forked" in kinds(people, number))
    until(lambda: "failing" in {item["kind"] for item in alarms(people, number, only_open=False)})
    assert people.rows("SELECT count(*) FROM entries WHERE case_no = %s", number)[0][0] == length, "nothing moved"
    assert len(alarms(people, number)) == len(kinds(people, number)), "each is raised once"
    for path in ("take-up", "rebuild"):
        assert people.post("admin", f"/api/alarms/{number}/{path}").status_code == 409, "a forgery is not mended"
    forge(people, number, "f" * 64, before)
    until(lambda: not alarms(people, number), seconds=90)
    assert people.act(CLERK, number, "note", text="还原之后").status_code == 200


def test_a_workflow_that_the_register_does_not_know_is_told(people: People) -> None:
    async def start() -> None:
        client = await engine(people)
        await client.start_workflow(CaseWorkflow.run, None, id="320102-19990101-0001", task_queue=TASK_QUEUE)

    async def stop() -> None:
        await (await engine(people)).get_workflow_handle("320102-19990101-0001").terminate()

    asyncio.run(start())
    until(lambda: kinds(people, "320102-19990101-0001") == {"unknown"})
    [alarm] = alarms(people, "320102-19990101-0001")
    assert "make rebuild" in alarm["what_to_do"]
    asyncio.run(stop())
    until(lambda: not alarms(people, "320102-19990101-0001"))


def forget(people: People, case_no: str) -> None:
    """What PostgreSQL has lost when it was put back to before this registration."""
    with psycopg.connect(conninfo(people.system.database_url), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM commands WHERE ledger = %s", (case_no,))
        for table in ("entries", "cases", "registrations", "case_keys", "case_words", "outbox", "events"):
            connection.execute(f"DELETE FROM {table} WHERE case_no = %s", (case_no,))
        connection.execute("UPDATE serials SET last = last - 1 WHERE series = %s", (case_no.rpartition("-")[0],))


def test_no_number_is_allotted_twice_and_a_lost_case_comes_back_from_its_history(people: People) -> None:
    lost = people.under_way(CLERK)
    before = people.rows("SELECT * FROM entries WHERE case_no = %s ORDER BY seq", lost)
    forget(people, lost)
    key = uuid.uuid4().hex
    first = people.post(CLERK, "/api/cases", registration(), Idempotency_Key=key)
    assert first.status_code == 201, first.text
    number = first.json()["case_no"]
    assert number > lost, "the number is another's: the next one"
    assert people.post(CLERK, "/api/cases", registration(), Idempotency_Key=key).json()["case_no"] == number
    shown = people.view(number, CLERK)
    assert shown["narrative"] == registration()["narrative"], "its key and words went with it"
    assert people.get(CLERK, f"/api/cases/{lost}").status_code == 404
    until(lambda: kinds(people, lost) == {"unknown"})
    proposal = people.post("admin", f"/api/alarms/{lost}/rebuild").json()["proposal"]["id"]
    assert people.post("admin", f"/api/proposals/{proposal}/confirm").status_code == 403
    confirmed = people.post("security-admin", f"/api/proposals/{proposal}/confirm")
    assert confirmed.status_code == 200, confirmed.text
    stands = people.rows("SELECT * FROM entries WHERE case_no = %s ORDER BY seq", lost)
    assert stands[:-1] == before
    assert stands[-1][3] == "rebuilt"
    until(lambda: not alarms(people, lost))
    assert people.act(CLERK, lost, "note", text="回来之后").status_code == 200
    found = people.post("auditor", f"/api/audit/cases/{lost}/verify").json()
    assert found["first_difference"]["table"] == "case_keys", "keys are in no history, so that they can be destroyed"


def test_a_proposal_that_is_refused_changes_nothing(people: People) -> None:
    asked = people.post("admin", "/api/proposals", {"what": "rebuild"})
    assert asked.status_code == 202
    proposal = asked.json()["proposal"]["id"]
    for user in (CLERK, "auditor", "security-admin"):
        assert people.post(user, "/api/proposals", {"what": "rebuild"}).status_code == 403
    assert people.post("security-admin", f"/api/proposals/{proposal}/refuse").json()["agreed"] is False
    assert people.post("security-admin", f"/api/proposals/{proposal}/confirm").status_code == 409
    assert proposal not in people.get("admin", "/api/proposals").text
    assert people.post("security-admin", "/api/proposals/nothing/confirm").status_code == 404


def test_a_limit_that_passed_is_told_while_the_workers_are_away_and_not_before(people: People) -> None:
    number = people.under_way(CLERK)
    set_back = "UPDATE cases SET wakes_at = now() - interval '{}' WHERE case_no = '" + number + "'"
    people.write(set_back.format("30 seconds"))
    time.sleep(20)
    assert not alarms(people, number), "within its minute nobody is troubled"
    stands = people.rows("SELECT state->'limits' FROM cases WHERE case_no = %s", number)[0][0]
    due = min(datetime.fromisoformat(limit.get("warn") or limit["due"]) for limit in stands.values())
    people.write(set_back.format("2 minutes"))
    until(lambda: kinds(people, number) == {"late"})
    people.write(f"UPDATE cases SET wakes_at = '{due.isoformat()}' WHERE case_no = '{number}'")
    until(lambda: not alarms(people, number))
    assert due > datetime.now(UTC)


def test_the_row_says_when_time_acts_next(people: People) -> None:
    number = people.under_way(CLERK)
    [(wakes_at, stands)] = people.rows("SELECT wakes_at, state->'limits' FROM cases WHERE case_no = %s", number)
    assert wakes_at == min(datetime.fromisoformat(each.get("warn") or each["due"]) for each in stands.values())


def test_a_cancelled_case_goes_on_and_says_so(people: People) -> None:
    number = people.under_way(CLERK)

    async def cancel() -> None:
        await (await engine(people)).get_workflow_handle(number).cancel()

    asyncio.run(cancel())
    found = "SELECT count(*) FROM entries WHERE case_no = %s AND action = 'cancel_ignored'"
    until(lambda: people.rows(found, number)[0][0] == 1)
    assert people.act(CLERK, number, "note", text="接着办").status_code == 200
    assert not alarms(people, number)


REFUSED = {
    "category": "refused",
    "reason": "应当受理而没有受理",
    "causes": ["process"],
    "respondent_unit": "xw-zj",
    "respondent_staff": "某某",
    "conduct": "attitude",
}


def test_what_is_no_case_is_watched_too_and_sealed_ones_by_a_name_that_tells_nothing(people: People) -> None:
    number = people.register(CLERK)["case_no"]
    assert people.act(CLERK, number, "accept").status_code == 200
    refused = people.act(CLERK, number, "diagnose", **REFUSED)
    assert refused.status_code == 200, refused.text
    lesson = {"title": "租赁备案", "applies_to": "房主不能到场的备案", "steps": ["上门核验"], "materials": ["租约"]}
    drafted = people.post(CLERK, "/api/solutions", {**lesson, "legal_basis": ["房屋租赁管理办法第十四条"]})
    assert drafted.status_code == 201, drafted.text
    solution = drafted.json()["id"]
    [(inquiry,)] = people.rows("SELECT case_no FROM inquiries WHERE of_case = %s", number)
    sealed = workflow_id(people.system.secret, inquiry)
    stopped = (("default", solution, "solution_entries", solution), (NAMESPACE, sealed, "inquiry_entries", inquiry))
    for namespace, own_id, _, _ in stopped:
        asyncio.run(terminate(people, namespace, own_id))
    for _, own_id, table, ledger in stopped:
        until(lambda own_id=own_id: kinds(people, own_id) == {"stopped"})
        proposal = people.post("admin", f"/api/alarms/{own_id}/take-up").json()["proposal"]["id"]
        confirmed = people.post("security-admin", f"/api/proposals/{proposal}/confirm")
        assert confirmed.status_code == 200, confirmed.text
        assert inquiry not in confirmed.text
        found = people.rows(f"SELECT detail FROM {table} WHERE case_no = %s AND action = 'taken_up'", ledger)
        assert [each[0]["confirmed_by"] for each in found] == ["security-admin"]
        until(lambda own_id=own_id: not alarms(people, own_id))
    assert inquiry not in people.get("admin", "/api/alarms", only_open=False).text
    verified = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert verified["verified"], verified["first_difference"]


async def terminate(people: People, namespace: str, own_id: str) -> None:
    client = await connect(people.system.temporal_address, namespace)
    await client.get_workflow_handle(own_id).terminate(reason="误操作")
