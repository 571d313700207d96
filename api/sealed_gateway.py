"""The way from the doors to the inquiries (倒查指令发送): another namespace, another key, one name for all updates."""

from typing import Any

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
from workflows.inquiry import UPDATE, InquiryStart, InquiryWorkflow
from workflows.ledger import Receipt
from workflows.sealing import TASK_QUEUE, workflow_id


class SealedGateway:
    """Opens inquiries and sends them commands."""

    def __init__(self, client: Client, secret: bytes) -> None:
        self.client = client
        self._secret = secret

    async def open(self, inquiry_id: str, command: Command) -> Receipt:
        """Start an inquiry with the command that opens it. May be called again: it is opened once."""
        operation = WithStartWorkflowOperation(
            InquiryWorkflow.run,
            InquiryStart(inquiry_id=inquiry_id),
            id=workflow_id(self._secret, inquiry_id),
            task_queue=TASK_QUEUE,
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

    async def send(self, inquiry_id: str, command: Command) -> Receipt:
        """Send one command to an inquiry that is not closed.

        Raises Refusal with the rules' reason, or Problem 503 when the engine does not answer in time.
        """
        handle = self.client.get_workflow_handle(workflow_id(self._secret, inquiry_id))
        try:
            receipt = await handle.execute_update(
                UPDATE, _sealed(command), id=command.id, result_type=Receipt, rpc_timeout=PATIENCE
            )
        except WorkflowUpdateFailedError as error:
            raise refusal_of(error) from None
        except (TimeoutError, RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise busy() from error
        return same(receipt, command)


def _sealed(command: Command) -> dict[str, Any]:
    return {"name": command.name, **command.message}
