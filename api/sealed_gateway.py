"""The way from the doors to sealed ledgers (密封指令发送): another namespace, another key, one name for all updates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from api.gateway import PATIENCE, busy, refusal_of, same
from models.aggregate import Command
from workflows.inquiry import InquiryStart, InquiryWorkflow
from workflows.ledger import Receipt
from workflows.oversight import OversightStart, OversightWorkflow
from workflows.sealed import UPDATE
from workflows.sealing import OVERSIGHT_QUEUE, TASK_QUEUE, workflow_id


@dataclass(frozen=True)
class Kind:
    """A kind of sealed ledger: what its ids are made of, its queue, its workflow, and what that is started with."""

    name: str
    queue: str
    run: Any
    start: Callable[[str], BaseModel]


INQUIRY = Kind("inquiry", TASK_QUEUE, InquiryWorkflow.run, lambda number: InquiryStart(inquiry_id=number))
OVERSIGHT = Kind("oversight", OVERSIGHT_QUEUE, OversightWorkflow.run, lambda number: OversightStart(number=number))


class SealedGateway:
    """Opens ledgers of one kind and sends them commands."""

    def __init__(self, client: Client, secret: bytes, kind: Kind = INQUIRY) -> None:
        self.client = client
        self._secret = secret
        self._kind = kind

    async def open(self, number: str, command: Command) -> Receipt:
        """Start a ledger with the command that opens it. May be called again: it is opened once."""
        operation = WithStartWorkflowOperation(
            self._kind.run,
            self._kind.start(number),
            id=self._id(number),
            task_queue=self._kind.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        try:
            receipt: Receipt = await self.client.execute_update_with_start_workflow(
                UPDATE,
                _sealed(command),
                start_workflow_operation=operation,
                id=command.id,
                result_type=Receipt,
                rpc_timeout=PATIENCE,
            )
            return receipt
        except WorkflowUpdateFailedError as error:
            raise refusal_of(error) from None
        except (TimeoutError, RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error

    async def send(self, number: str, command: Command) -> Receipt:
        """Send one command to a ledger that is not closed.

        Raises Refusal with the rules' reason, or Problem 503 when the engine does not answer in time.
        """
        handle = self.client.get_workflow_handle(self._id(number))
        try:
            receipt = await handle.execute_update(
                UPDATE, _sealed(command), id=command.id, result_type=Receipt, rpc_timeout=PATIENCE
            )
        except WorkflowUpdateFailedError as error:
            raise refusal_of(error) from None
        except (TimeoutError, RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error
        return same(receipt, command)

    def _id(self, number: str) -> str:
        return workflow_id(self._secret, number, self._kind.name)


def _sealed(command: Command) -> dict[str, Any]:
    return {"name": command.name, **command.message}
