"""Somebody at the engine's port (闯入者): a client of Temporal's own, and what can be copied from histories."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue

from activities.platform.keyring import DOOR, KeyRing
from activities.platform.signatures import Signer
from models.aggregate import By, Command, Facts
from models.codes import Role
from workflows.platform.codec import CASES, Codec, converter

CLERK = By(actor="xw-center.clerk", role=Role.CLERK, unit="xw-center")
ANSWER_SECONDS = 30
REFERENCE = b"json/external-storage-reference"


def payload(encoding: bytes, data: bytes = b"", **metadata: bytes) -> RawValue:
    """A payload made by hand."""
    return RawValue(Payload(metadata={"encoding": encoding, **metadata}, data=data))


class _Listening(Codec):
    """Sends everything as it is given; what comes back is opened, for the test to read."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


async def connected(address: str, ring: KeyRing, purpose: str = CASES, namespace: str = "default") -> Client:
    """A client of Temporal's own."""
    listening = replace(converter(ring, purpose), payload_codec=_Listening(ring, purpose))
    return await Client.connect(address, namespace=namespace, data_converter=listening)


async def sealed(ring: KeyRing, purpose: str, value: Any) -> RawValue:
    """A payload that this ring sealed."""
    [found] = await converter(ring, purpose).encode([value])
    return RawValue(found)


async def refused(sent: Awaitable[Any], *words: str) -> None:
    """The update is refused by the workflow, in words and soon; anything else fails the test."""
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await asyncio.wait_for(sent, ANSWER_SECONDS)
    told = str(error.value.cause)
    assert not words or any(word in told for word in words), told


@dataclass(frozen=True)
class Copied:
    """An update as it stands in a history."""

    name: str
    id: str
    payload: RawValue


@dataclass
class Intruder:
    """Who reaches the engine, and has histories; `ring` is the house's, for what only a thief of it could do."""

    client: Client
    ring: KeyRing
    strangers: KeyRing
    case_no: str = ""
    other: str = ""
    """Another case, whose history is copied from."""

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow of the case that is attacked."""
        return self.client.get_workflow_handle(self.case_no)

    async def update(self, argument: Any, *, name: str = "记录 note", command_id: str = "forged-1") -> None:
        """Send one update; nothing is sealed on the way."""
        await self.handle.execute_update(name, argument, id=command_id)

    async def copied(self, number: str) -> Copied:
        """The last update of a workflow, out of its history."""
        history = await self.client.get_workflow_handle(number).fetch_history()
        found: list[Any] = [
            event.workflow_execution_update_accepted_event_attributes.accepted_request
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        ]
        last = found[-1]
        return Copied(last.input.name, last.meta.update_id, RawValue(last.input.args.payloads[0]))

    async def start_input(self, number: str) -> list[RawValue]:
        """What the last run of a workflow was started with."""
        history = await self.client.get_workflow_handle(number).fetch_history()
        started: Any = history.events[0].workflow_execution_started_event_attributes
        return [RawValue(each) for each in started.input.payloads]

    def signed(self, *, by: By = CLERK, at: datetime | None = None, number: str = "", **body: Any) -> Command:
        """A note as the door signs it."""
        command = Command(
            name="note", by=by, body=body or {"text": "伪造"}, facts=Facts(breaches=0), id="forged-1", expects=""
        )
        return Signer(self.ring, DOOR).sign(number or self.case_no, command, at or datetime.now(UTC))

    async def changed(self, command: Command, **changes: Any) -> RawValue:
        """A signed message, changed afterwards, sealed with the house's key."""
        message = copy.deepcopy(command.message) | changes
        return await sealed(self.ring, CASES, message)
