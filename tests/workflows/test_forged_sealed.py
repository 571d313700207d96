"""The sealed namespace likewise: inquiries and tasks of supervision take nothing that nobody vouches for."""

import asyncio
import secrets
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ResetReapplyType
from temporalio.api.workflowservice.v1 import (
    RequestCancelWorkflowExecutionRequest,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue, WorkflowIDConflictPolicy

from activities.platform.keyring import DOOR, KeyRing
from activities.platform.signatures import Signer
from api.commands.sealed_gateway import INQUIRY, OVERSIGHT, Kind, SealedGateway
from models.aggregate import By, Command
from models.codes import Role
from models.errors import Refusal
from ops.system import System
from tests.api.conftest import People
from tests.workflows.intruder import REFERENCE, Intruder, connected, payload, refused, sealed
from workflows.platform.codec import CASES, SEALED
from workflows.platform.sealing import NAMESPACE, connect_sealed, workflow_id
from workflows.sealed import UPDATE

pytestmark = [pytest.mark.system, pytest.mark.drill, pytest.mark.xdist_group("faults")]

SUPERVISOR = By(actor="xs-jw.supervisor", role=Role.SUPERVISOR, unit="xs-jw")
TABLES = ("inquiry_entries", "oversight_entries", "inquiries", "oversight", "commands", "entries")


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def _refused_case(people: People) -> str:
    number: str = people.register("xs-center.clerk")["case_no"]
    diagnosis = {"category": "refused", "reason": "应办未办", "causes": ["process"], "respondent_unit": "xs-mz"}
    for command, body in (("accept", {}), ("diagnose", {**diagnosis, "conduct": "slow"})):
        answer = people.act("xs-center.clerk", number, command, **body)
        assert answer.status_code == 200, answer.text
    return number


@pytest.fixture(scope="module")
def ledgers(people: People) -> dict[str, tuple[Kind, str, str]]:
    """An inquiry and a task, each with another of its kind."""
    cases = [_refused_case(people) for _ in range(2)]
    for number in cases:
        answer = people.act("xs-center.clerk", number, "complain", reason="等得太久", on_behalf=True)
        assert answer.status_code == 200, answer.text
    deadline = time.monotonic() + 30
    while len(tasks := [row[0] for row in people.rows("SELECT case_no FROM oversight ORDER BY case_no")]) < 2:
        assert time.monotonic() < deadline, "a complaint becomes a task of the pool"
        time.sleep(0.2)
    return {
        "inquiry": (INQUIRY, f"{cases[0]}-Q1", f"{cases[1]}-Q1"),
        "oversight": (OVERSIGHT, tasks[0], tasks[1]),
    }


def counts(people: People) -> dict[str, int]:
    return {table: people.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def answers(people: People, kind: Kind, number: str) -> None:
    """The ledger's workflow answers a signed command: here one that its rules refuse."""

    async def asked() -> None:
        client = await connect_sealed(people.system.temporal_address, people.system.ring)
        gateway = SealedGateway(client, people.system.secret, people.system.ring, kind)
        command = Command(name="no_such_act", by=SUPERVISOR, id=uuid.uuid4().hex)
        with pytest.raises(Refusal, match=r"功能尚未开通"):
            await asyncio.wait_for(gateway.send(number, command), 10)

    asyncio.run(asked())


async def _updates(i: Intruder, own_id: str, other_id: str, number: str) -> None:
    async def send(argument: Any, *, name: str = UPDATE, command_id: str = "forged-1") -> None:
        await i.client.get_workflow_handle(own_id).execute_update(name, argument, id=command_id)

    signed = Signer(i.ring, DOOR).sign(number, Command(name="find", by=SUPERVISOR, body={"x": 1}, id="forged-1"))
    message = {"name": "find", **signed.message}
    late = Signer(i.ring, DOOR).sign(number, signed, datetime.now(UTC) - timedelta(hours=1))
    true, another = await i.copied(own_id), await i.copied(other_id)
    for argument in (
        message,
        payload(b"binary/null"),
        payload(b"binary/sealed", b"k1\0" + secrets.token_bytes(50)),
        payload(REFERENCE, b"{}"),
        await sealed(i.ring, CASES, message),
        await sealed(i.strangers, SEALED, message),
        await sealed(i.ring, SEALED, {**message, "name": "close"}),
        await sealed(i.ring, SEALED, {**message, "signature": ""}),
        await sealed(i.ring, SEALED, {**message, "body": {"x": 2}}),
        await sealed(i.ring, SEALED, {"name": "find", **late.message}),
        another.payload,
        true.payload,
    ):
        await refused(send(argument))
    # Ids that the system makes up are alike in every ledger: the engine answers what became of this one's own.
    await send(another.payload, name=another.name, command_id=another.id)
    await send(true.payload, name=true.name, command_id=true.id)
    for argument in (message, true.payload, payload(REFERENCE, b"{}")):
        await i.client.get_workflow_handle(own_id).signal("act", argument)


async def _stops(i: Intruder, own_id: str) -> None:
    handle = i.client.get_workflow_handle(own_id)
    history = await handle.fetch_history()
    first = next(
        event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes")
    )
    await i.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=NAMESPACE,
            workflow_execution=WorkflowExecution(workflow_id=own_id, run_id=history.run_id),
            workflow_task_finish_event_id=first,
            request_id=uuid.uuid4().hex,
            reset_reapply_type=ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
        )
    )
    await handle.terminate("test")


async def _begins(i: Intruder, kind: Kind, own_id: str, other_id: str, number: str) -> None:
    forged = {"inquiry_id": number, "number": number, "form": {"v": 1, "case_no": number, "seq": 9, "head": "f" * 64}}
    copied: list[RawValue] = await i.start_input(other_id)
    name = "InquiryWorkflow" if kind is INQUIRY else "OversightWorkflow"
    for argument in (forged, payload(b"binary/null"), await sealed(i.strangers, SEALED, forged), *copied):
        handle = await i.client.start_workflow(
            name,
            argument,
            id=own_id,
            task_queue=kind.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        )
        with pytest.raises(WorkflowFailureError):
            await asyncio.wait_for(handle.result(), 20)


@pytest.mark.parametrize("which", ["inquiry", "oversight"])
@pytest.mark.parametrize("what", ["updates", "stopped", "begun"])
def test_a_sealed_ledger_takes_nothing_forged(
    people: People, strangers: KeyRing, ledgers: dict[str, tuple[Kind, str, str]], which: str, what: str
) -> None:
    kind, number, other = ledgers[which]
    own_id, other_id = (workflow_id(people.system.secret, each, kind.name) for each in (number, other))
    stood = counts(people)

    async def strike() -> None:
        client: Client = await connected(people.system.temporal_address, people.system.ring, SEALED, NAMESPACE)
        intruder = Intruder(client, people.system.ring, strangers, number)
        if what == "updates":
            await _updates(intruder, own_id, other_id, number)
        elif what == "stopped":
            await _stops(intruder, own_id)
        else:
            await _begins(intruder, kind, own_id, other_id, number)

    asyncio.run(strike())
    assert counts(people) == stood
    answers(people, kind, number)
    assert counts(people) == stood
    case_no = number.rpartition("-")[0]
    found = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
    assert found["verified"] is True, found["first_difference"]


def test_a_request_to_cancel_is_recorded_without_its_words(
    people: People, ledgers: dict[str, tuple[Kind, str, str]]
) -> None:
    kind, number, _ = ledgers["inquiry"]

    async def ask() -> None:
        client = await connected(people.system.temporal_address, people.system.ring, SEALED, NAMESPACE)
        asked = RequestCancelWorkflowExecutionRequest(
            namespace=NAMESPACE,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id(people.system.secret, number, kind.name)),
            reason="伪造\0",
            request_id=uuid.uuid4().hex,
        )
        await client.workflow_service.request_cancel_workflow_execution(asked)

    asyncio.run(ask())
    answers(people, kind, number)
    details = people.rows("SELECT action, detail FROM inquiry_entries WHERE case_no = %s ORDER BY seq", number)
    assert details[-1][0] == "cancel_ignored"
    assert "伪造" not in str(details)
