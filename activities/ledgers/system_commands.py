"""Commands from the system to cases (系统指令): a changed calendar, a delivery's result."""

import asyncio
from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledgers.answers import AGAIN
from activities.platform.keyring import SYSTEM, KeyRing
from activities.platform.signatures import Signer
from models.actions import COMMANDS
from models.aggregate import Command

AGAIN_SECONDS, PAUSE_SECONDS = 15.0, 0.05
"""How long to wait for the next run after an ending one, and between two tries."""


def update_name(command: Command) -> str:
    """An update's name as the Web UI shows it: the act in Chinese, then its code."""
    return f"{COMMANDS[command.name]} {command.name}"


@dataclass(frozen=True)
class SystemCommands:
    """Signs with the system's key, and sends."""

    client: Client
    """Of the cases' namespace."""
    ring: KeyRing

    async def tell(self, case_no: str, command: Command) -> None:
        """Give a command to a case. May be repeated: the case takes each command id once.

        A case that has ended, or that refuses, is named in the log. While a run is ending, the command is retried until
        the next run takes it; after AGAIN_SECONDS the error is raised.
        """
        handle = self.client.get_workflow_handle(case_no)
        signed = Signer(self.ring, SYSTEM).sign(case_no, command)
        about = {"case_no": case_no, "command_id": command.id}
        deadline = asyncio.get_running_loop().time() + AGAIN_SECONDS
        try:
            while not await self._taken(handle, command, signed.message):
                if asyncio.get_running_loop().time() > deadline:
                    raise TimeoutError(f"{case_no}: no run of it takes {command.name}")
                await asyncio.sleep(PAUSE_SECONDS)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            activity.logger.warning("案件流程已不在运行，系统指令未送达", extra=about)
        except WorkflowUpdateFailedError as error:
            activity.logger.warning("案件拒收系统指令：%s", error.cause, extra=about)

    @staticmethod
    async def _taken(handle: WorkflowHandle[Any, Any], command: Command, message: dict[str, Any]) -> bool:
        """Send it once; False where the run is ending and the next one must be asked."""
        try:
            await handle.execute_update(update_name(command), message, id=command.id)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type == AGAIN:
                return False
            raise
        except RPCError as error:
            if error.status is RPCStatusCode.ABORTED:
                return False
            raise
        return True
