"""取消请求: a request to cancel a case's workflow is recorded once and otherwise ignored; the case goes on."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from ops.postgres import conninfo
from ops.system import System
from tests.api.conftest import People
from workflows.platform.client import connect
from workflows.platform.sealing import NAMESPACE, workflow_id

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, SUPERVISOR = "xw-center.clerk", "xw-jw.supervisor"
REASON = "误以为已经办完"


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def cancel(people: People, number: str, namespace: str = "default") -> WorkflowExecutionStatus | None:
    """Ask the engine to cancel, as the Web UI does; how the workflow stands when that has been recorded."""

    async def ask() -> WorkflowExecutionStatus | None:
        client: Client = await connect(people.system.temporal_address, namespace)
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(number)
        await handle.cancel(reason=REASON)
        await asyncio.sleep(2)
        return (await handle.describe()).status

    return asyncio.run(ask())


def actions(people: People, number: str, table: str = "entries") -> list[str]:
    return [row[0] for row in people.rows(f"SELECT action FROM {table} WHERE case_no = %s ORDER BY seq", number)]


def told(people: People, number: str) -> list[str]:
    sql = "SELECT detail->>'reason' FROM entries WHERE case_no = %s AND action = 'cancel_ignored'"
    return [row[0] for row in people.rows(sql, number)]


def verified(people: People, number: str) -> dict[str, Any]:
    found: dict[str, Any] = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    return found


def test_a_case_that_waits_for_its_limit_goes_on(people: People) -> None:
    number = people.register()["case_no"]
    assert cancel(people, number) is WorkflowExecutionStatus.RUNNING
    assert actions(people, number) == ["registered", "cancel_ignored"]
    assert told(people, number) == ["有人请求取消流程，未予理会"], "without the words that nobody signed"
    assert people.act(CLERK, number, "accept").status_code == 200
    assert actions(people, number)[:3] == ["registered", "cancel_ignored", "accepted"]
    assert verified(people, number)["first_difference"] is None


def test_a_second_request_in_the_same_run_changes_nothing(people: People) -> None:
    number = people.register()["case_no"]
    cancel(people, number)
    assert cancel(people, number) is WorkflowExecutionStatus.RUNNING
    assert people.act(CLERK, number, "note", text="还在办").status_code == 200
    assert actions(people, number) == ["registered", "cancel_ignored", "noted"]


def test_in_the_middle_of_a_command_both_stand(people: People) -> None:
    number = people.register()["case_no"]
    people.headers(CLERK)
    with ThreadPoolExecutor(1) as thread, psycopg.connect(conninfo(people.system.database_url)) as holds:
        holds.execute("SELECT 1 FROM cases WHERE case_no = %s FOR UPDATE", (number,))
        key = uuid.uuid4().hex
        sent = thread.submit(people.post, CLERK, f"/api/cases/{number}/note", {"text": "正在写入"}, Idempotency_Key=key)
        time.sleep(1)
        assert actions(people, number) == ["registered"], "the register holds the note up"
        assert cancel(people, number) is WorkflowExecutionStatus.RUNNING
        assert not sent.done()
        holds.rollback()
        assert sent.result(timeout=30).status_code == 200
    deadline = time.monotonic() + 20
    while "cancel_ignored" not in actions(people, number):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert actions(people, number) == ["registered", "noted", "cancel_ignored"]
    assert people.act(CLERK, number, "accept").status_code == 200
    assert verified(people, number)["first_difference"] is None


def test_a_case_that_waits_for_nothing_but_people_goes_on(people: People) -> None:
    """No limit runs in a case that is merged into another."""
    other, number = people.register()["case_no"], people.register()["case_no"]
    assert people.act(CLERK, number, "merge", into=other, reason="同一件事").status_code == 200
    assert cancel(people, number) is WorkflowExecutionStatus.RUNNING
    assert people.act(CLERK, number, "unmerge", reason="不是同一件事").status_code == 200
    assert actions(people, number) == ["registered", "merged", "cancel_ignored", "unmerged"]
    assert verified(people, number)["first_difference"] is None


def test_a_sealed_task_goes_on(people: People) -> None:
    made = people.post(SUPERVISOR, "/api/oversight", {"what": "暗访一次", "working_days": 3})
    assert made.status_code == 201, made.text
    number = made.json()["no"]
    own_id = workflow_id(people.system.secret, number, "oversight")
    assert cancel(people, own_id, NAMESPACE) is WorkflowExecutionStatus.RUNNING
    assert people.post(SUPERVISOR, f"/api/oversight/{number}/claim").status_code == 200
    assert actions(people, number, "oversight_entries") == ["task_opened", "cancel_ignored", "claimed"]
