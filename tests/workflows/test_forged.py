"""Acts that nobody vouches for: sent straight to the engine's port, plain, sealed, copied, or through the gate.

None leaves an entry, none stops the case: after each it answers an honest command and verifies. The one exception is
said in the table: a request to cancel is recorded as such.
"""

import asyncio
import base64
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyType
from temporalio.api.workflowservice.v1 import (
    RequestCancelWorkflowExecutionRequest,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, RetryPolicy, WorkflowIDConflictPolicy
from temporalio.exceptions import ActivityError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.platform.keyring import KeyRing
from activities.platform.signatures import LATEST
from models.aggregate import SYSTEM, signed_bytes
from models.case import Case
from models.ledger import stamp_time
from ops.system import System
from tests.api.conftest import People
from tests.waiting import until
from tests.workflows.intruder import CLERK, REFERENCE, Intruder, connected, payload, refused, sealed
from workflows.platform.client import MEETINGS_QUEUE, REPORTS_QUEUE, SOLUTIONS_QUEUE, TASK_QUEUE
from workflows.platform.codec import CASES, SEALED

pytestmark = [pytest.mark.system, pytest.mark.drill, pytest.mark.xdist_group("faults")]

USER = "xw-center.clerk"
SECONDS = 2.0
"""So soon an honest command is answered afterwards."""
UNSIGNED, UNSEALED = "没有有效的签名", "没有用本系统的密钥加密"
TABLES = (
    *("entries", "inquiry_entries", "meeting_entries", "oversight_entries", "report_entries", "solution_entries"),
    *("cases", "inquiries", "meetings", "oversight", "reports", "solutions", "commands"),
)
NULL = payload(b"binary/null")


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System(ui=True) as system:
        found = People(system)
        with found.http:
            yield found


@pytest.fixture(scope="module")
def other(people: People) -> str:
    """A case that was taken up again: its history holds an update and a state that can be copied."""
    number: str = people.register(USER)["case_no"]

    async def end() -> None:
        client = await connected(people.system.temporal_address, people.system.ring)
        await client.get_workflow_handle(number).terminate("test")

    asyncio.run(end())
    honest(people, number)
    return number


def honest(people: People, number: str) -> None:
    """A person's command is carried out, and soon; of three, because the machine has other work too."""
    took = []
    for _ in range(3):
        begun = time.monotonic()
        answer = people.post(USER, f"/api/cases/{number}/note", {"text": "如实记录"}, Idempotency_Key=uuid.uuid4().hex)
        took.append(time.monotonic() - begun)
        assert answer.status_code == 200, answer.text
        if took[-1] < SECONDS:
            return
    pytest.fail(f"an honest command took {took} s")


def counts(people: People) -> dict[str, int]:
    return {table: people.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def verified(people: People, number: str) -> None:
    found = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert found["verified"] is True, found["first_difference"]


# -- the table -----------------------------------------------------------------------------------------

Attack = Callable[[Intruder], Awaitable[None]]
ATTACKS: dict[str, Attack] = {}


def attack(what: str) -> Callable[[Attack], Attack]:
    def kept(found: Attack) -> Attack:
        assert what not in ATTACKS
        ATTACKS[what] = found
        return found

    return kept


@attack("an update in plain JSON")
async def _(i: Intruder) -> None:
    await refused(i.update({"by": CLERK.model_dump(mode="json"), "body": {"text": "伪造"}}), UNSEALED)
    await refused(i.update(i.signed().message), UNSEALED)


@attack("an update sealed with another's key of the same name")
async def _(i: Intruder) -> None:
    await refused(i.update(await sealed(i.strangers, CASES, i.signed().message)), UNSEALED)


@attack("an update sealed with the sealed namespace's key")
async def _(i: Intruder) -> None:
    await refused(i.update(await sealed(i.ring, SEALED, i.signed().message)), UNSEALED)


@attack("random bytes marked as sealed")
async def _(i: Intruder) -> None:
    for data in (
        b"",
        b"k1",
        b"k1\0",
        b"k1\0short",
        b"k1\0" + secrets.token_bytes(60),
        b"k9\0" + secrets.token_bytes(60),
    ):
        await refused(i.update(payload(b"binary/sealed", data)), UNSEALED)
    for encoding in (b"binary/refused", b"binary/protobuf", b"", b"\xff"):
        await refused(i.update(payload(encoding, secrets.token_bytes(60))), UNSEALED)


@attack("nothing at all")
async def _(i: Intruder) -> None:
    await refused(i.update(NULL), UNSEALED, UNSIGNED)
    await refused(i.update(payload(b"binary/null", b"something")), UNSEALED)
    await refused(i.handle.execute_update("记录 note", id="forged-1"), UNSEALED)


@attack("a reference to a payload that lies elsewhere")
async def _(i: Intruder) -> None:
    await refused(i.update(payload(REFERENCE, b"{}")), UNSEALED)
    marked = {"__temporal_external_storage_reference": b"true"}
    await refused(i.update(payload(b"binary/sealed", b"k1\0x", **marked)), UNSEALED)
    await i.handle.signal("nothing", payload(REFERENCE, b"{}"))


@attack("what is sealed with our key and is no message")
async def _(i: Intruder) -> None:
    for value in ("text", 1, [], {}, {"by": 1}, {"name": "note", "id": "x"}, {"by": {"actor": "x", "role": "clerk"}}):
        await refused(i.update(await sealed(i.ring, CASES, value)), UNSEALED, UNSIGNED)


@attack("a true update copied from another case")
async def _(i: Intruder) -> None:
    true = await i.copied(i.other)
    await refused(i.update(true.payload, name=true.name, command_id=true.id), UNSIGNED)


@attack("a true update of this case under another id")
async def _(i: Intruder) -> None:
    true = await i.copied(i.case_no)
    await refused(i.update(true.payload, name=true.name, command_id="another-id"), UNSIGNED)


@attack("a true update of this case once more")
async def _(i: Intruder) -> None:
    true = await i.copied(i.case_no)
    await i.update(true.payload, name=true.name, command_id=true.id)


@attack("a true update of this case once more, after its run was stopped")
async def _(i: Intruder) -> None:
    true = await i.copied(i.case_no)
    await i.handle.terminate("test")
    started = WithStartWorkflowOperation(
        "CaseWorkflow", NULL, id=i.case_no, task_queue=TASK_QUEUE, id_conflict_policy=WorkflowIDConflictPolicy.FAIL
    )
    await i.client.execute_update_with_start_workflow(
        true.name, true.payload, start_workflow_operation=started, id=true.id
    )


@attack("an update that was signed too long ago, or ahead of time")
async def _(i: Intruder) -> None:
    for off in (-LATEST["door"] - timedelta(minutes=1), timedelta(hours=1)):
        await refused(i.update(await i.changed(i.signed(at=datetime.now(UTC) + off))), UNSIGNED)


@attack("the signature taken off")
async def _(i: Intruder) -> None:
    for signature in ("", "door-1", "door-1.", ".", "door-1.AAAA", "door-1.%%%"):
        await refused(i.update(await i.changed(i.signed(), signature=signature)), UNSIGNED)


@attack("the body changed after signing")
async def _(i: Intruder) -> None:
    await refused(i.update(await i.changed(i.signed(), body={"text": "另一句"})), UNSIGNED)


@attack("the actor changed after signing")
async def _(i: Intruder) -> None:
    for changed in ({"actor": "xs-center.clerk"}, {"unit": "xs-center"}, {"role": "head"}, {"on_behalf": True}):
        by = {**CLERK.model_dump(mode="json", exclude_defaults=True), **changed}
        await refused(i.update(await i.changed(i.signed(), by=by)), UNSIGNED)


@attack("facts, time or the expected head changed after signing")
async def _(i: Intruder) -> None:
    now = stamp_time(datetime.now(UTC) + timedelta(seconds=1))
    for changed in ({"facts": {"breaches": 9}}, {"facts": {"at_counter": True}}, {"at": now}, {"expects": "f" * 64}):
        await refused(i.update(await i.changed(i.signed(), **changed)), UNSIGNED)


@attack("another name than the signed one")
async def _(i: Intruder) -> None:
    argument = await i.changed(i.signed())
    for name in ("受理 accept", "accept", "撤回 withdraw", "note ", "记录"):
        await refused(i.update(argument, name=name), UNSIGNED)


@attack("the doors' key signing for the system")
async def _(i: Intruder) -> None:
    own = i.signed().model_copy(update={"by": SYSTEM, "signature": ""})
    key_id, private = i.ring.signing_key("door")
    signature = base64.urlsafe_b64encode(private.sign(signed_bytes(i.case_no, own))).decode()
    await refused(i.update(await i.changed(own, signature=f"{key_id}.{signature}")), UNSIGNED)


@attack("a signature by a key that is not in the ring")
async def _(i: Intruder) -> None:
    true = i.signed()
    made = true.signature.partition(".")[2]
    for signature in (f"door-9.{made}", f"system-9.{made}", f"system-1.{made}", f"k1.{made}"):
        await refused(i.update(await i.changed(true, signature=signature)), UNSIGNED)
    outside = Intruder(i.client, i.strangers, i.strangers, i.case_no).signed()
    await refused(i.update(await i.changed(outside)), UNSIGNED)


@attack("names that no door sends")
async def _(i: Intruder) -> None:
    argument = (await i.copied(i.case_no)).payload
    for name in ("__temporal_x", "__stack_trace", "nothing", " ", "运行 run", "act"):
        await refused(i.update(argument, name=name))


@attack("signals")
async def _(i: Intruder) -> None:
    true = await i.copied(i.case_no)
    for name in ("note", "command", "__temporal_x", "受理 accept"):
        for argument in ({"by": "x"}, true.payload, payload(b"binary/sealed", b"junk")):
            await i.handle.signal(name, argument)


@attack("queries")
async def _(i: Intruder) -> None:
    assert await i.handle.query("__stack_trace", result_type=RawValue)
    assert await i.handle.query("__temporal_workflow_metadata", result_type=RawValue)
    for name, argument in (("state", {"x": 1}), ("note", payload(REFERENCE, b"{}")), ("x", payload(b"", b"\xff"))):
        with pytest.raises((WorkflowQueryFailedError, RPCError)):
            await i.handle.query(name, argument)


@attack("a request to cancel, with words of the intruder's own")
async def _(i: Intruder) -> None:
    asked = RequestCancelWorkflowExecutionRequest(
        namespace="default",
        workflow_execution=WorkflowExecution(workflow_id=i.case_no),
        reason="伪造的理由\0",
        request_id=uuid.uuid4().hex,
    )
    await i.client.workflow_service.request_cancel_workflow_execution(asked)


@attack("terminated")
async def _(i: Intruder) -> None:
    await i.handle.terminate("test")


async def _started(
    i: Intruder, *inputs: Any, number: str = "", kind: str = "CaseWorkflow", queue: str = TASK_QUEUE
) -> None:
    """Start a workflow, in place of one that runs, and wait until its worker has had it."""
    handle = await i.client.start_workflow(
        kind,
        args=inputs,
        id=number or i.case_no,
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
    with pytest.raises(WorkflowFailureError):
        await asyncio.wait_for(handle.result(), 20)


def _forged_state(number: str) -> dict[str, Any]:
    case = Case(number)
    return {"form": {**case.form, "seq": 7, "head": "f" * 64, "stage": "archived", "narrative": "伪造"}}


@attack("a state in plain JSON under the number of a case that runs")
async def _(i: Intruder) -> None:
    await _started(i, _forged_state(i.case_no))


@attack("a state sealed with another's key under the number of a case that was stopped")
async def _(i: Intruder) -> None:
    await i.handle.terminate("test")
    await _started(i, await sealed(i.strangers, CASES, _forged_state(i.case_no)))


@attack("another case's state under this number")
async def _(i: Intruder) -> None:
    await _started(i, *(await i.start_input(i.other)))


@attack("a command, a number and too many arguments where a state belongs")
async def _(i: Intruder) -> None:
    true = (await i.copied(i.case_no)).payload
    for inputs in ([true], [await sealed(i.ring, CASES, 7)], [], [NULL, NULL], [payload(REFERENCE, b"{}")]):
        await _started(i, *inputs)


@attack("no state at all under the number of a case that runs")
async def _(i: Intruder) -> None:
    await i.client.start_workflow(
        "CaseWorkflow",
        NULL,
        id=i.case_no,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
    for _ in range(100):  # it asks the register by itself, or the limits of the case would stand still
        history = await i.handle.fetch_history()
        if any(event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED for event in history.events):
            return
        await asyncio.sleep(0.1)
    pytest.fail("the new run never asked the register")


@attack("a forged state under a number that nobody has")
async def _(i: Intruder) -> None:
    for value in (_forged_state("330102-20990101-0001"), NULL):
        started = WithStartWorkflowOperation(
            "CaseWorkflow",
            value,
            id="330102-20990101-0001",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        with pytest.raises((WorkflowUpdateFailedError, RPCError)):
            await i.client.execute_update_with_start_workflow(
                "登记 register", i.signed().message, start_workflow_operation=started, id="forged-1"
            )


@attack("an update with a start, under this number")
async def _(i: Intruder) -> None:
    started = WithStartWorkflowOperation(
        "CaseWorkflow",
        NULL,
        id=i.case_no,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await refused(
        i.client.execute_update_with_start_workflow(
            "记录 note", {"text": "伪造"}, start_workflow_operation=started, id="forged-1"
        ),
        UNSEALED,
    )


@attack("reset to its beginning")
async def _(i: Intruder) -> None:
    history = await i.handle.fetch_history()
    first = next(e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    for again in (ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE, ResetReapplyType.RESET_REAPPLY_TYPE_NONE):
        await i.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace="default",
                workflow_execution=WorkflowExecution(workflow_id=i.case_no, run_id=history.run_id),
                reason="test",
                workflow_task_finish_event_id=first.event_id,
                request_id=uuid.uuid4().hex,
                reset_reapply_type=again,
            )
        )


@attack("a meeting or an analysis called by nobody")
async def _(i: Intruder) -> None:
    at = stamp_time(datetime.now(UTC))
    asked = {"by": {"actor": "xw-spj.lead", "role": "lead", "unit": "xw-spj"}, "at": at, "signature": "door-1.AAAA"}
    for kind, queue in (("MeetingCallWorkflow", MEETINGS_QUEUE), ("ReportCallWorkflow", REPORTS_QUEUE)):
        for call in (None, {"district": "xuanwu", "month": "2026-10", "at": at, "asked": asked}):
            await _started(i, "xuanwu", call, number="forged-call", kind=kind, queue=queue)


@attack("a meeting, an analysis or a solution begun by nobody")
async def _(i: Intruder) -> None:
    hold = {"by": {"actor": "system", "role": "system"}, "body": {}, "at": "", "signature": "system-1.AAAA"}
    for kind, queue, number, begun in (
        ("MeetingWorkflow", MEETINGS_QUEUE, "meeting/xuanwu/2099-01", "hold"),
        ("ReportWorkflow", REPORTS_QUEUE, "report/xuanwu/2099-01", "draw_up"),
        ("SolutionWorkflow", SOLUTIONS_QUEUE, "S-2099-0001", "form"),
    ):
        await _started(i, {"number": number, begun: hold}, number=number, kind=kind, queue=queue)
        stolen = await sealed(i.ring, CASES, {"number": number, begun: hold})
        await _started(i, stolen, number=number, kind=kind, queue=queue)


@attack("a calendar or a delivery begun by nobody")
async def _(i: Intruder) -> None:
    await _started(i, 9, number="calendar-9", kind="CalendarChangeWorkflow")
    await _started(i, {"notice": {"case_no": i.case_no}}, number="forged-delivery", kind="DeliveryWorkflow")


@workflow.defn(name="IntruderWorkflow", sandboxed=False)
class IntruderWorkflow:
    """Asks our activities for what only our workflows ask for."""

    @workflow.run
    async def run(self, name: str, queue: str, argument: Any) -> None:
        await workflow.execute_activity(
            name,
            argument,
            task_queue=queue,
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


@attack("our activities asked by a workflow of the intruder's own")
async def _(i: Intruder) -> None:
    wanted = {"ledger": i.case_no, "head": "0" * 64, "seq": 0, "now": stamp_time(datetime.now(UTC)), "noticed": "伪造"}
    plain = await Client.connect(i.client.service_client.config.target_host)
    own = Worker(
        plain, task_queue="intruder", workflows=[IntruderWorkflow], workflow_runner=UnsandboxedWorkflowRunner()
    )
    async with own:
        for name, queue, argument in (
            ("record", TASK_QUEUE, wanted),
            ("move_cases", TASK_QUEUE, 1),
            ("report", TASK_QUEUE, {"notice": {}}),
            ("prepare_meeting", MEETINGS_QUEUE, {"district": "xuanwu", "at": wanted["now"]}),
        ):
            with pytest.raises(WorkflowFailureError) as error:
                await plain.execute_workflow(
                    "IntruderWorkflow",
                    args=[name, queue, argument],
                    id=f"intruder-{uuid.uuid4().hex}",
                    task_queue="intruder",
                    execution_timeout=timedelta(seconds=60),
                )
            assert isinstance(error.value.cause, ActivityError), name


LEAVES = {"a request to cancel, with words of the intruder's own": ["cancel_ignored"]}
"""What is recorded of an attack itself; of all others nothing."""


def test_there_are_at_least_twenty_four_kinds() -> None:
    assert len(ATTACKS) >= 24


@pytest.mark.parametrize("what", ATTACKS)
def test_no_forged_act_leaves_an_entry_or_stops_a_case(
    people: People, strangers: KeyRing, other: str, what: str
) -> None:
    number = people.register(USER)["case_no"]
    honest(people, number)
    stood, actions = counts(people), _actions(people, number)

    async def strike() -> None:
        client = await connected(people.system.temporal_address, people.system.ring)
        await ATTACKS[what](Intruder(client, people.system.ring, strangers, number, other))

    asyncio.run(strike())
    time.sleep(0.3)  # what an attack would bring about by itself has had its time
    left = LEAVES.get(what, [])
    if left:
        until(lambda: _actions(people, number) == actions + left, 20, pause=0.1)
        stood = {**stood, "entries": stood["entries"] + len(left)}
        assert "伪造" not in str(people.rows("SELECT detail FROM entries WHERE case_no = %s", number))
    assert counts(people) == stood
    honest(people, number)
    assert set(_actions(people, number)[len(actions) + len(left) :]) == {"noted"}
    verified(people, number)


def _actions(people: People, number: str) -> list[str]:
    return [row[0] for row in people.rows("SELECT action FROM entries WHERE case_no = %s ORDER BY seq", number)]


def test_a_number_is_not_taken_away_from_who_registers_under_it(people: People, strangers: KeyRing) -> None:
    """A workflow that was started under the next number leaves the registration its place."""
    last: str = people.register(USER)["case_no"]
    following = f"{last[:-4]}{int(last[-4:]) + 1:04d}"

    async def squat() -> None:
        client = await connected(people.system.temporal_address, people.system.ring)
        intruder = Intruder(client, people.system.ring, strangers, following)
        await _started(intruder, _forged_state(following))
        await client.start_workflow("CaseWorkflow", NULL, id=following, task_queue=TASK_QUEUE)

    asyncio.run(squat())
    assert people.register(USER)["case_no"] == following
    honest(people, following)
    verified(people, following)


# -- through the gate ----------------------------------------------------------------------------------


def test_an_administrator_at_the_gate_leaves_no_entry(people: People) -> None:
    """The Web UI's own interface, with its token against other sites: updates and signals of any kind."""
    number = people.register(USER)["case_no"]
    honest(people, number)
    stood, ui = counts(people), people.system.installation.ui_url
    with httpx.Client(base_url=ui, timeout=30, follow_redirects=True) as http:
        form = {"username": "admin", "password": people.system.password}
        http.cookies.update(httpx.post(f"{people.system.api_url}/api/session", data=form).cookies)
        assert http.get("/").status_code == 200
        token = http.cookies.get("_csrf") or ""
        http.headers.update({"X-CSRF-TOKEN": token, "Origin": ui})
        copied = _raw_update(people, number)
        workflow_path = f"/api/v1/namespaces/default/workflows/{number}"
        for arguments in ([{"by": "x"}], [copied["payload"]], []):
            sent = {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "e30="}]}
            if arguments == [copied["payload"]]:
                sent = {"payloads": arguments}
            update = {
                "workflowExecution": {"workflowId": number},
                "waitPolicy": {"lifecycleStage": "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED"},
                "request": {"meta": {"updateId": "gate-1"}, "input": {"name": copied["name"], "args": sent}},
            }
            answer = http.post(f"{workflow_path}/update/{copied['name']}", json=update)
            assert answer.status_code in (200, 403), answer.text
            assert answer.status_code == 403 or "failure" in answer.json()["outcome"], answer.text
            signal = {"workflowExecution": {"workflowId": number}, "signalName": "note", "input": sent}
            answer = http.post(f"{workflow_path}/signal/note", json=signal)
            assert answer.status_code in (200, 403)
        begun = {"workflowType": {"name": "CaseWorkflow"}, "taskQueue": {"name": TASK_QUEUE}}
        answer = http.post("/api/v1/namespaces/default/workflows/330102-20990101-0002", json=begun)
        assert answer.status_code in (200, 403), answer.text
    assert counts(people) == stood
    honest(people, number)
    verified(people, number)


def _raw_update(people: People, number: str) -> dict[str, Any]:
    async def copied() -> dict[str, Any]:
        client = await connected(people.system.temporal_address, people.system.ring)
        true = await Intruder(client, people.system.ring, people.system.ring, number).copied(number)
        metadata = {name: base64.b64encode(value).decode() for name, value in true.payload.payload.metadata.items()}
        data = base64.b64encode(true.payload.payload.data).decode()
        return {"name": true.name, "payload": {"metadata": metadata, "data": data}}

    return asyncio.run(copied())


def test_the_codec_opens_and_never_seals(people: People) -> None:
    """Who could have words sealed could give commands in our name, were they not signed."""
    with httpx.Client(base_url=people.system.api_url) as http:
        form = {"username": "admin", "password": people.system.password}
        http.cookies.update(http.post("/api/session", data=form).cookies)
        plain = {"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "e30="}
        assert http.post("/codec/encode", json={"payloads": [plain]}).status_code == 404
        answer = http.post("/codec/decode", json={"payloads": [plain]})
        assert answer.status_code == 200, answer.text
        [opened] = answer.json()["payloads"]
        assert opened == plain, "what was never sealed is shown as it is"
