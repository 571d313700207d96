"""What an administrator does in the Web UI, and what the system makes of it: terminate, reset, find, take up again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus

from ops.settings import ROOT
from tests.api.conftest import DIFFICULT, People
from tests.duties import do_now
from tests.waiting import until
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK = "xw-center.clerk"
ALARM_SECONDS = 40


def watched(people: People, condition: Callable[[], bool]) -> None:
    """Wait until the duty that watches over cases has seen it: the engine lists a little late what has closed."""

    def looked() -> bool:
        do_now(people.system, "watch")
        return condition()

    until(looked, ALARM_SECONDS, pause=0.2)


def alarms(people: People, case_no: str, user: str = "admin", **query: Any) -> list[dict[str, Any]]:
    items = people.get(user, "/api/alarms", **query).json()["items"]
    return [item for item in items if item["case_no"] == case_no]


async def engine(people: People) -> Client:
    return await connect(people.system.temporal_address, "default")


async def status(people: People, case_no: str) -> WorkflowExecutionStatus | None:
    return (await (await engine(people)).get_workflow_handle(case_no).describe()).status


def verified(people: People, case_no: str) -> bool:
    found = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
    assert found["verified"], found["first_difference"]
    return True


async def terminate(people: People, case_no: str) -> None:
    await (await engine(people)).get_workflow_handle(case_no).terminate(reason="误操作")


def test_a_terminated_case_raises_an_alarm_and_is_taken_up_from_its_register(people: People) -> None:
    number = people.under_way(CLERK)
    asyncio.run(terminate(people, number))
    watched(people, lambda: bool(alarms(people, number)))
    [alarm] = alarms(people, number)
    assert (alarm["kind"], alarm["status"]) == ("stopped", "TERMINATED")
    assert "恢复办理" in alarm["what_to_do"]
    assert "误操作" in alarm["reason"]
    assert alarms(people, number, "auditor")
    for user in (CLERK, "xw-jw.supervisor", "security-admin", "auditor", "audit-admin"):
        assert people.post(user, f"/api/alarms/{number}/take-up").status_code == 403
    proposal = people.post("admin", f"/api/alarms/{number}/take-up")
    assert proposal.status_code == 202
    assert proposal.json() == people.post("admin", f"/api/alarms/{number}/take-up").json(), "proposed once"
    proposal_id = proposal.json()["proposal"]["id"]
    assert proposal_id in [item["id"] for item in people.get("auditor", "/api/proposals").json()["items"]]
    for user in ("admin", "auditor", "audit-admin", CLERK):
        assert people.post(user, f"/api/proposals/{proposal_id}/confirm").status_code == 403
    confirmed = people.post("security-admin", f"/api/proposals/{proposal_id}/confirm")
    assert confirmed.status_code == 200, confirmed.text
    assert people.post("security-admin", f"/api/proposals/{proposal_id}/confirm").status_code == 409
    assert people.post("security-admin", f"/api/proposals/{proposal_id}/refuse").status_code == 409
    assert asyncio.run(status(people, number)) is WorkflowExecutionStatus.RUNNING
    watched(people, lambda: not alarms(people, number))
    [settled] = alarms(people, number, only_open=False)
    assert settled["mended_by"] == "admin、security-admin"
    [entry] = people.rows("SELECT actor, detail FROM entries WHERE case_no = %s AND action = 'taken_up'", number)
    assert entry[0] == "system"
    assert (entry[1]["proposed_by"], entry[1]["confirmed_by"]) == ("admin", "security-admin")
    assert people.post("admin", f"/api/alarms/{number}/take-up").status_code == 409, "there is nothing to take up"
    assert people.view(number)["clock"]["state"] == "running"
    assert people.act(CLERK, number, "note", text="接着办").status_code == 200
    assert verified(people, number)


def test_the_next_command_takes_a_terminated_case_up_too(people: People) -> None:
    number = people.under_way(CLERK)
    asyncio.run(terminate(people, number))
    assert people.act(CLERK, number, "note", text="接着办").status_code == 200
    assert asyncio.run(status(people, number)) is WorkflowExecutionStatus.RUNNING
    assert verified(people, number)


def test_a_case_that_was_reset_goes_on_from_its_register(people: People) -> None:
    number = people.under_way(CLERK)

    async def reset() -> None:
        client = await engine(people)
        request = ResetWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=number),
            reason="退回到受理之前",
            workflow_task_finish_event_id=4,
            request_id="reset-once",
        )
        await client.workflow_service.reset_workflow_execution(request)

    before = people.view(number)
    asyncio.run(reset())
    assert people.act(CLERK, number, "note", text="重置以后").status_code == 200
    after = people.view(number)
    assert after["timeline_length"] == before["timeline_length"] + 1, "nothing is done twice, nothing is lost"
    assert after["category"] == "difficult"
    assert verified(people, number)
    assert people.act(CLERK, number, "diagnose", **{**DIFFICULT, "why_changed": "重新核对"}).status_code == 200


def test_the_saved_views_of_the_guide_find_what_they_say(people: People) -> None:
    """Each query that the guide gives is one that the engine takes."""
    guide = (ROOT / "docs" / "zh" / "administrators.md").read_text(encoding="utf-8")
    queries = [line.strip() for block in guide.split("```sql")[1:] for line in block.split("```")[0].splitlines()]
    queries = [query for query in queries if query]
    assert len(queries) >= 5

    async def counts() -> list[int]:
        client = await engine(people)
        return [(await client.count_workflows(query)).count for query in queries]

    assert len(asyncio.run(counts())) == len(queries)
