"""Decided once: what stands in the register is carried out, never decided again; state and register never part."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from temporalio.api.enums.v1 import EventType

from activities.ledgers.answers import Answer, Request
from activities.ledgers.system_commands import update_name
from activities.platform.database import open_pool
from activities.platform.keyring import DOOR
from activities.platform.settings import Settings
from activities.platform.signatures import Signer
from activities.register import Register
from models.aggregate import By, Command
from models.codes import Role
from models.ledger import stamp_time
from ops.postgres import conninfo
from ops.processes import end, start
from ops.programs import programs
from ops.system import System
from tests import waiting
from tests.api.conftest import People
from tests.workflows.intruder import connected, sealed
from workflows.platform.codec import CASES

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults")]
CLERK = "xw-center.clerk"
BY = By(actor=CLERK, role=Role.CLERK, unit="xw-center")
until = partial(waiting.until, seconds=60, pause=0.2)


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def leave(people: People, case_no: str, name: str, body: dict[str, Any], key: str) -> Answer:
    """Have another worker decide a command on the register, and die before the engine hears of it."""
    [(head, seq)] = people.rows("SELECT head, seq FROM cases WHERE case_no = %s", case_no)
    command = Signer(people.system.ring, DOOR).sign(case_no, Command(name=name, by=BY, body=body, id=key))
    now = stamp_time(datetime.now(UTC))
    request = Request(ledger=case_no, head=head, seq=seq, now=now, name=name, command_id=key, message=command.message)
    settings = Settings(**people.system.env)

    async def record() -> Answer:
        async with open_pool(settings, size=1) as pool:
            return await Register(pool, people.system.ring).record(request)

    answer = asyncio.run(record())
    assert answer.refused is None, answer
    return answer


def actions(people: People, case_no: str) -> list[str]:
    return [row[0] for row in people.rows("SELECT action FROM entries WHERE case_no = %s ORDER BY seq", case_no)]


def post(people: People, case_no: str, name: str, body: dict[str, Any], key: str = "") -> httpx.Response:
    return people.post(CLERK, f"/api/cases/{case_no}/{name}", body, Idempotency_Key=key or uuid.uuid4().hex)


def verified(people: People, case_no: str) -> dict[str, Any]:
    found: dict[str, Any] = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
    assert found["verified"] is True, found["first_difference"]
    return found


def terminate(people: People, case_no: str) -> None:
    async def ended() -> None:
        client = await connected(people.system.temporal_address, people.system.ring)
        await client.get_workflow_handle(case_no).terminate("test")

    asyncio.run(ended())


def send_straight(people: People, case_no: str, command: Command) -> None:
    """Send a command to the workflow as the door does: the door answers a key that it knows by itself."""

    async def sent() -> None:
        ring = people.system.ring
        client = await connected(people.system.temporal_address, ring)
        argument = await sealed(ring, CASES, Signer(ring, DOOR).sign(case_no, command).message)
        await client.get_workflow_handle(case_no).execute_update(update_name(command), argument, id=command.id)

    asyncio.run(sent())


def failed_tasks(people: People, case_no: str) -> list[str]:
    """Why tasks of the case's workflow failed, as its history says."""

    async def told() -> list[str]:
        client = await connected(people.system.temporal_address, people.system.ring)
        history = await client.get_workflow_handle(case_no).fetch_history()
        failures = [
            event.workflow_task_failed_event_attributes.failure
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        ]
        return [str(await client.data_converter.decode_failure(each)) for each in failures]

    return asyncio.run(told())


# -- what a dead worker left ---------------------------------------------------------------------------


def test_the_same_command_comes_again_and_is_carried_out_once(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "accept", {}, "left-behind-1")
    answer = post(people, case_no, "accept", {}, "left-behind-1")
    assert answer.status_code == 200
    assert answer.json()["stage"] == "accepted"
    assert actions(people, case_no) == ["registered", "accepted"]
    assert post(people, case_no, "note", {"text": "接着办"}).status_code == 200, "the workflow has taken it over"
    assert actions(people, case_no) == ["registered", "accepted", "noted"]
    verified(people, case_no)


def test_another_command_comes_first_and_goes_on_from_what_stands(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "accept", {}, "left-behind-2")
    assert post(people, case_no, "note", {"text": "后来的"}, "another-key-2").status_code == 200
    assert post(people, case_no, "accept", {}, "left-behind-2").status_code == 200
    assert post(people, case_no, "note", {"text": "别的内容"}, "left-behind-2").status_code == 409
    assert actions(people, case_no) == ["registered", "accepted", "noted"]
    verified(people, case_no)


def test_a_command_that_no_longer_fits_is_refused(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "accept", {}, "left-behind-3")
    assert post(people, case_no, "accept", {}, "another-key-3").status_code == 409
    assert post(people, case_no, "accept", {}, "left-behind-3").status_code == 200
    assert actions(people, case_no) == ["registered", "accepted"]


def test_a_key_holds_beyond_the_end_of_a_run(people: People) -> None:
    """Also where another run has begun meanwhile, which never saw the command."""
    case_no = people.register()["case_no"]
    assert post(people, case_no, "note", {"text": "一"}, "note-key-0001").status_code == 200
    terminate(people, case_no)
    assert post(people, case_no, "note", {"text": "一"}, "note-key-0001").status_code == 200
    assert actions(people, case_no) == ["registered", "noted"]
    assert post(people, case_no, "accept", {}, "accept-key-01").status_code == 200, "taken up again from the register"
    assert post(people, case_no, "note", {"text": "一"}, "note-key-0001").status_code == 200
    assert post(people, case_no, "note", {"text": "二"}, "note-key-0001").status_code == 409
    assert actions(people, case_no) == ["registered", "noted", "accepted"]
    [(body,)] = people.rows("SELECT signed -> 'body' FROM commands WHERE ledger = %s AND id = 'note-key-0001'", case_no)
    send_straight(people, case_no, Command(name="note", by=BY, body=body, id="note-key-0001"))
    assert actions(people, case_no) == ["registered", "noted", "accepted"]
    assert verified(people, case_no)["taken_over"] == []


# -- a register that went another way ------------------------------------------------------------------


def test_a_forked_register_stops_the_task_where_everybody_sees_it(people: People) -> None:
    """The entry's hash and the row's head were forged: 503, the task fails with its reason, nothing moves."""
    case_no = people.register()["case_no"]
    forged = "f" * 64
    [(true,)] = people.rows("SELECT head FROM cases WHERE case_no = %s", case_no)

    def put(head: str) -> None:
        with psycopg.connect(conninfo(people.system.database_url), autocommit=True) as connection:
            connection.execute("ALTER TABLE entries DISABLE TRIGGER USER")
            connection.execute("UPDATE entries SET hash = %s WHERE case_no = %s", (head, case_no))
            connection.execute(
                "UPDATE cases SET head = %s, state = jsonb_set(state, '{head}', to_jsonb(%s::text)) WHERE case_no = %s",
                (head, head, case_no),
            )
            connection.execute("ALTER TABLE entries ENABLE TRIGGER USER")

    put(forged)
    for _ in range(2):
        assert post(people, case_no, "accept", {}).status_code == 503
    until(lambda: any("台账与流程历史不一致" in told for told in failed_tasks(people, case_no)))
    assert people.rows("SELECT seq, head, stage FROM cases WHERE case_no = %s", case_no) == [(1, forged, "registered")]
    assert actions(people, case_no) == ["registered"]
    put(true)
    until(lambda: post(people, case_no, "accept", {}).status_code in (200, 409))
    assert actions(people, case_no)[:2] == ["registered", "accepted"]
    assert post(people, case_no, "note", {"text": "接着办"}).status_code == 200
    verified(people, case_no)


def test_the_database_is_away_for_a_while(people: People) -> None:
    """Callers hear 503, no state parts from the register, and afterwards all goes on."""
    case_no = people.register()["case_no"]
    assert post(people, case_no, "accept", {}).status_code == 200
    system, key = people.system, "while-away-1"
    system.kill("postgres", 3)
    try:
        away_until = time.monotonic() + 20
        while time.monotonic() < away_until:
            assert post(people, case_no, "note", {"text": "断库期间"}, key).status_code == 503
            time.sleep(1)
    finally:
        system.restart("postgres")
    until(lambda: post(people, case_no, "note", {"text": "断库期间"}, key).status_code == 200)
    assert post(people, case_no, "note", {"text": "恢复之后"}).status_code == 200
    assert actions(people, case_no) == ["registered", "accepted", "noted", "noted"]
    verified(people, case_no)


def test_the_database_goes_away_under_a_command_that_is_on_its_way(people: People) -> None:
    """The workflow has the command, the register does not answer: the task fails, and is tried again."""
    case_no = people.register()["case_no"]
    with psycopg.connect(conninfo(people.system.database_url)) as holding:
        holding.execute("LOCK TABLE commands IN ACCESS EXCLUSIVE MODE")  # the register's statement waits for it
        with ThreadPoolExecutor(1) as thread:
            sent = thread.submit(send_straight, people, case_no, Command(name="accept", by=BY, id="straight-1"))
            until(lambda: any("台账暂时不能写入" in told for told in failed_tasks(people, case_no)))
            assert people.rows("SELECT seq FROM cases WHERE case_no = %s", case_no) == [(1,)]
            holding.rollback()
            sent.result(timeout=60)
    until(lambda: actions(people, case_no) == ["registered", "accepted"])
    assert post(people, case_no, "note", {"text": "接着办"}).status_code == 200
    verified(people, case_no)


# -- several workers -----------------------------------------------------------------------------------

AT_ONCE, EACH = 4, 6


def test_two_workers_and_a_third_hand_at_the_register_keep_one_ledger(people: People) -> None:
    case_no = people.register()["case_no"]
    program = next(each for each in programs(people.system.installation) if each.name == "worker")
    with open(people.system.logs / "second.log", "ab") as log:
        second = start(program.command, env=people.system.env, log=log, end_signal=program.end_signal)
    try:

        def notes(who: int) -> list[int]:
            return [
                post(people, case_no, "note", {"text": f"{who}-{each}"}, f"many-key-{who}-{each}").status_code
                for each in range(EACH)
            ]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            sent = [threads.submit(notes, who) for who in range(AT_ONCE)]
            for each in range(EACH):
                leave(people, case_no, "note", {"text": f"旁路 {each}"}, f"beside-{each}")
                time.sleep(0.1)
            assert {status for each in sent for status in each.result()} == {200}
        expected = {f"many-key-{who}-{each}" for who in range(AT_ONCE) for each in range(EACH)}
        expected |= {f"beside-{each}" for each in range(EACH)}
        ids = [row[0] for row in people.rows("SELECT command_id FROM entries WHERE case_no = %s", case_no)][1:]
        assert sorted(ids) == sorted(expected)
        assert post(people, case_no, "accept", {}).status_code == 200
        verified(people, case_no)
    finally:
        end([second], program.end_signal)
