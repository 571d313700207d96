"""Long life: thousands of commands on one case, keys that outlive their run, and a new run for each kind of ledger."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus

from models.ledger import BEIJING
from ops.engine import SHORT_RUNS
from ops.lab.longlife import live
from ops.system import System
from tests.api.conftest import DIFFICULT, People
from workflows.platform.client import connect
from workflows.platform.sealing import NAMESPACE, workflow_id

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults")]

COMMANDS, AT_ONCE = 3000, 8
CLERK, SUPERVISOR, LEAD = "xw-center.clerk", "xw-jw.supervisor", "xw-spj.lead"
MONTH = datetime.now(BEIJING).strftime("%Y-%m")
BEFORE = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
SECONDS = 90
"""How long the worker may take to archive what has closed."""


@pytest.mark.drill
def test_three_thousand_commands_on_one_case() -> None:
    with System() as system:
        lived = asyncio.run(live(system, COMMANDS, AT_ONCE))
    assert lived.beyond() == []
    assert lived.runs >= 3
    assert lived.entries == COMMANDS + 1


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    """A system whose engine suggests a new run after a few commands."""
    with System(engine_values=SHORT_RUNS) as system:
        found = People(system)
        with found.http:
            yield found


def note(people: People, number: str, text: str, key: str) -> httpx.Response:
    return people.post(CLERK, f"/api/cases/{number}/note", {"text": text}, Idempotency_Key=key)


def notes(people: People, number: str, key: str) -> int:
    return len(people.rows("SELECT 1 FROM entries WHERE case_no = %s AND command_id = %s", number, key))


def runs(people: People, number: str, namespace: str = "default") -> list[WorkflowExecutionStatus | None]:
    async def ask() -> list[WorkflowExecutionStatus | None]:
        client = await connect(people.system.temporal_address, namespace)
        found = [each async for each in client.list_workflows(f"WorkflowId = '{number}'")]
        return [each.status for each in sorted(found, key=lambda each: each.start_time)]

    return asyncio.run(ask())


def on_to_run(people: People, number: str, wanted: int, place: int) -> int:
    """Notes until so many runs have begun; how many notes there are then."""
    while len(runs(people, number)) < wanted:
        assert note(people, number, f"第 {place} 条", f"filling-up-{place:04d}").status_code == 200
        place += 1
        assert place < 100, "no new run"
    return place


def test_a_key_of_the_first_run_is_answered_in_the_second_and_the_third(people: People) -> None:
    number = people.register()["case_no"]
    assert note(people, number, "原来的内容", "first-run-key").status_code == 200
    place = 0
    for run in (1, 2, 3):
        place = on_to_run(people, number, run, place)
        again = note(people, number, "原来的内容", "first-run-key")
        assert (again.status_code, notes(people, number, "first-run-key")) == (200, 1), run
        other = note(people, number, "换了内容", "first-run-key")
        assert (other.status_code, notes(people, number, "first-run-key")) == (409, 1), run
        accept = people.post(CLERK, f"/api/cases/{number}/accept", {}, Idempotency_Key="first-run-key")
        assert accept.status_code == 409, "another command under the same key"
    assert people.view(number)["stage"] == "registered"
    entries = people.rows("SELECT seq, command_id FROM entries WHERE case_no = %s ORDER BY seq", number)
    assert [seq for seq, _ in entries] == list(range(1, len(entries) + 1))
    keys = [key for _, key in entries]
    assert all(keys.count(f"filling-up-{n:04d}") == 1 for n in range(place)), "lost or written twice between two runs"


def test_a_run_that_has_ended_is_archived_and_the_case_verifies_without_the_engine(people: People) -> None:
    number = people.register()["case_no"]
    on_to_run(people, number, 3, 0)
    deadline = time.monotonic() + SECONDS
    ended = len(runs(people, number)) - 1
    while len(archived := kept(people, number)) < ended:
        assert time.monotonic() < deadline, f"{len(archived)} of {ended} runs are kept"
        time.sleep(1)
    forget(people, number, archived)
    verdict = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert verdict["first_difference"] is None
    assert verdict["runs"] == ended + 1
    assert verdict["taken_over"] == []


def kept(people: People, number: str) -> list[str]:
    return [row[0] for row in people.rows("SELECT run_id FROM histories WHERE workflow_id = %s", number)]


def forget(people: People, number: str, run_ids: list[str]) -> None:
    """What the engine does with ended runs when its retention has passed."""

    async def delete() -> None:
        client = await connect(people.system.temporal_address, "default")
        for run_id in run_ids:
            execution = WorkflowExecution(workflow_id=number, run_id=run_id)
            request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
            await client.workflow_service.delete_workflow_execution(request)

    asyncio.run(delete())
    deadline = time.monotonic() + SECONDS
    while len(runs(people, number)) > 1:
        assert time.monotonic() < deadline, "the engine still has ended runs"
        time.sleep(0.5)


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


def verified(people: People, number: str) -> dict[str, Any]:
    """The verdict on a ledger beside the cases: nothing differs, and it had more than one run."""
    asked = {"params": {"number": number}, "headers": people.headers("auditor")}
    verdict = done(people.http.post("/api/audit/ledgers/verify", **asked))
    assert verdict["first_difference"] is None
    assert verdict["runs"] > 1
    return verdict


def test_a_task_of_supervision_goes_on_in_a_new_run(people: People) -> None:
    number = done(people.post(SUPERVISOR, "/api/oversight", {"what": "暗访一次", "working_days": 3}))["no"]
    for _ in range(5):
        done(people.post(SUPERVISOR, f"/api/oversight/{number}/claim"))
        done(people.post(SUPERVISOR, f"/api/oversight/{number}/release", {"reason": "外出"}))
    done(people.post(SUPERVISOR, f"/api/oversight/{number}/claim"))
    assert done(people.post(SUPERVISOR, f"/api/oversight/{number}/close_task", {"result": "正常"}))["stage"] == "closed"
    assert verified(people, number)["entries"] == 13


def test_a_solution_goes_on_in_a_new_run(people: People) -> None:
    rule = {
        "title": "视频核验",
        "applies_to": "不能到场的",
        "steps": ["核验"],
        "materials": [],
        "legal_basis": ["办法"],
    }
    number = done(people.post(CLERK, "/api/solutions", rule))["id"]
    for place in range(8):
        done(people.post(CLERK, f"/api/solutions/{number}/revise", {"content": rule, "reason": f"第 {place} 次修改"}))
    done(people.post(LEAD, f"/api/solutions/{number}/review", {"decision": "grant"}))
    verified(people, number)


def test_a_meeting_goes_on_in_a_new_run(people: People) -> None:
    case_no = people.under_way()
    meeting = f"/api/meetings/xuanwu/{MONTH}"
    done(people.post(LEAD, "/api/meetings"))
    for place in range(8):
        done(people.post(LEAD, f"{meeting}/minute", {"case_no": case_no, "text": f"第 {place} 次发言"}))
    came = [{"unit": "xw-zj", "state": "present"}]
    done(people.post(LEAD, f"{meeting}/register_attendance", {"attendance": came}))
    done(people.post(LEAD, f"{meeting}/close_meeting", {"minutes": "逐件议定，会后落实"}))
    verified(people, f"meeting/xuanwu/{MONTH}")


def test_an_analysis_goes_on_in_a_new_run(people: People) -> None:
    """A month without a case has nothing to explain: it is drawn up, and finished in the run after."""
    done(people.post(LEAD, "/api/reports/monthly", {"month": BEFORE}))
    assert done(people.post(LEAD, f"/api/reports/monthly/{BEFORE}/finalise"))["state"] == "final"
    verified(people, f"report/xuanwu/{BEFORE}")


def test_an_inquiry_goes_on_in_a_new_run(people: People) -> None:
    number = people.register()["case_no"]
    refused = {**DIFFICULT, "category": "refused", "respondent_unit": "xw-zj", "conduct": "slow"}
    done(people.act(CLERK, number, "accept"))
    done(people.act(CLERK, number, "diagnose", **refused))
    inquiry = f"{number}-Q1"
    finding = {"check": "shirking", "substantiated": True, "facts": "拖延", "measure": "talk"}
    done(people.act(SUPERVISOR, number, "find", inquiry_id=inquiry, **finding))
    done(people.act("xw-zj.liaison", number, "appeal", inquiry_id=inquiry, grounds="已按期办理"))
    ruling = {"inquiry_id": inquiry, "decision": "uphold", "reason": "事实清楚"}
    done(people.act("xw-jw.supervisor2", number, "rule_appeal", **ruling))
    statuses = runs(people, workflow_id(people.system.secret, inquiry), NAMESPACE)
    assert len(statuses) > 1
    assert set(statuses[:-1]) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    verdict = done(people.post("auditor", f"/api/audit/cases/{number}/verify"))
    assert verdict["first_difference"] is None
    assert verdict["taken_over"] == []


def test_commands_that_come_while_runs_end_are_carried_out_once(people: People) -> None:
    """A run ends after nearly every command: eight at a time, none is refused, lost or carried out twice."""
    number, count = people.register()["case_no"], 160
    headers = people.headers(CLERK)

    async def send() -> list[int]:
        async with httpx.AsyncClient(base_url=people.system.api_url, timeout=120) as http:
            waiting = iter(range(count))

            async def one_after_the_other() -> list[int]:
                answers = []
                for n in waiting:
                    path, key = f"/api/cases/{number}/note", {"Idempotency-Key": f"while-ending-{n:04d}"}
                    answer = await http.post(path, json={"text": f"第 {n} 条"}, headers={**headers, **key})
                    answers.append(answer.status_code)
                return answers

            found = await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
            return [status for answers in found for status in answers]

    assert asyncio.run(send()) == [200] * count
    assert all(notes(people, number, f"while-ending-{n:04d}") == 1 for n in range(count))
    assert len(runs(people, number)) > count // (2 * AT_ONCE)
    verdict = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert verdict["first_difference"] is None
