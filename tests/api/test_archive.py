"""历史归档: what has closed is kept whole, and verifies when the engine has forgotten it."""

import asyncio
import gzip
import hashlib
from typing import Any

import psycopg
import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client

from activities.archive import sm3, unpack
from ops.scenarios.clock import CaseClock
from ops.scenarios.load import load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from tests.api.conftest import People
from tests.duties import done
from workflows.platform.client import connect

SECONDS, RUNS = 60, 2
"""How long the worker may take; the runs of the story: it comes to its end, and somebody writes a note after that."""

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def test_sm3_is_the_standards() -> None:
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


async def told(people: People, story: str) -> str:
    """A story that comes to its end; the case's number."""
    clock = await CaseClock.connect(people.system.temporal_address, people.system.secret)
    site = Site(people.system.api_url, people.system.password, clock)
    async with site.http:
        play = Play(site, load(ROOT / "tests" / "scenarios" / story))
        await play.run()
    return play.cases["case"]


async def forget(client: Client, case_no: str) -> None:
    """What the engine does when its retention has passed."""
    execution = WorkflowExecution(workflow_id=case_no)
    request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
    await client.workflow_service.delete_workflow_execution(request)


def verified(people: People, number: str) -> dict[str, Any]:
    found: dict[str, Any] = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    return found


def test_a_closed_case_is_kept_and_verifies_after_the_engine_forgot_it(people: People) -> None:
    async def live() -> str:
        client = await connect(people.system.temporal_address, "default")
        number = await told(people, "late-and-reopened.yaml")
        for _ in range(SECONDS * 2):  # the engine lists a little late what has closed
            await done(people.system, "archive_histories")
            if len(people.rows("SELECT 1 FROM histories WHERE workflow_id = %s", number)) == RUNS:
                break
            await asyncio.sleep(0.5)
        await forget(client, number)
        for _ in range(100):
            if not [e async for e in client.list_workflows(f"WorkflowId = '{number}'")]:
                break
            await asyncio.sleep(0.1)
        return number

    number = asyncio.run(live())
    found = verified(people, number)
    assert found["verified"] is True, found["first_difference"]
    assert found["events"] > 50
    kept = "SELECT build_id, sha256, sm3, content, events FROM histories WHERE workflow_id = %s ORDER BY started_at"
    (build, sha, digest, content, events), _ = people.rows(kept, number)
    assert build
    assert digest == sm3(gzip.decompress(content))
    assert len(unpack(number, content, sha).events) == events
    assert hashlib.sha256(gzip.decompress(content)).hexdigest() == sha

    with pytest.raises(psycopg.errors.RaiseException):
        people.write(f"UPDATE histories SET build_id = 'x' WHERE workflow_id = '{number}'")
    people.write("ALTER TABLE histories DISABLE TRIGGER append_only")
    first = f"workflow_id = '{number}' AND sha256 = '{sha}'"
    forged = gzip.compress(gzip.decompress(content) + b" ").hex()
    people.write(f"UPDATE histories SET content = '\\x{forged}' WHERE {first}")
    try:
        difference = verified(people, number)["first_difference"]
        assert (difference["table"], difference["field"]) == ("histories", "content")
    finally:
        people.write(f"UPDATE histories SET content = '\\x{content.hex()}' WHERE {first}")
        people.write("ALTER TABLE histories ENABLE TRIGGER append_only")
    assert verified(people, number)["verified"] is True
