"""The way from the doors to sealed ledgers (密封指令发送): another namespace, another key, one name for all updates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.platform.keyring import DOOR, KeyRing
from activities.platform.signatures import Signer
from api.commands.gateway import PATIENCE, answered, busy
from models.aggregate import Command
from workflows.inquiry import InquiryStart, InquiryWorkflow
from workflows.oversight import OversightStart, OversightWorkflow
from workflows.platform.sealing import OVERSIGHT_QUEUE, TASK_QUEUE, workflow_id
from workflows.sealed import UPDATE


@dataclass(frozen=True)
class Kind:
    """A kind of sealed ledger: the source of its ids, its queue, its workflow and its start."""

    name: str
    queue: str
    run: Any
    start: Callable[[str], BaseModel]


INQUIRY = Kind("inquiry", TASK_QUEUE, InquiryWorkflow.run, lambda number: InquiryStart(inquiry_id=number))
OVERSIGHT = Kind("oversight", OVERSIGHT_QUEUE, OversightWorkflow.run, lambda number: OversightStart(number=number))


class SealedGateway:
    """Opens ledgers of one kind and sends them commands."""

    def __init__(self, client: Client, secret: bytes, ring: KeyRing, kind: Kind = INQUIRY) -> None:
        self.client = client
        self._signer = Signer(ring, DOOR)
        self._secret = secret
        self._kind = kind

    async def open(self, number: str, command: Command) -> None:
        """Start a ledger with the command that opens it. May be called again: it is opened once."""
        try:
            await self._start(number, self._sealed(number, command), command.id)
        except (RPCError, WorkflowAlreadyStartedError) as error:
            raise busy() from error

    async def send(self, number: str, command: Command) -> None:
        """Send one command to a ledger that is not closed; one whose workflow was stopped is taken up again.

        Raises Refusal with the rules' reason, or Problem 503 when the engine does not answer in time.
        """
        message = self._sealed(number, command)
        handle = self.client.get_workflow_handle(self._id(number))
        try:
            await answered(lambda: handle.execute_update(UPDATE, message, id=command.id, rpc_timeout=PATIENCE))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise busy() from error
            await self.open(number, command)

    async def _start(self, number: str, message: dict[str, Any], command_id: str) -> None:
        def operation() -> WithStartWorkflowOperation[Any, Any]:
            return WithStartWorkflowOperation(
                self._kind.run,
                self._kind.start(number),
                id=self._id(number),
                task_queue=self._kind.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            )

        await answered(
            lambda: self.client.execute_update_with_start_workflow(
                UPDATE, message, start_workflow_operation=operation(), id=command_id, rpc_timeout=PATIENCE
            )
        )

    def _sealed(self, number: str, command: Command) -> dict[str, Any]:
        """The message with the command's name in it: outside nothing tells."""
        return {"name": command.name, **self._signer.sign(number, command).message}

    def _id(self, number: str) -> str:
        return workflow_id(self._secret, number, self._kind.name)
