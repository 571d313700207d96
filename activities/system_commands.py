"""Commands that the system itself gives to cases (系统指令): a changed calendar, what a department received."""

from dataclasses import dataclass

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.keyring import SYSTEM, KeyRing
from activities.signatures import Signer
from models.actions import COMMANDS
from models.aggregate import Command


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
        """Give a command to a case. It may be repeated: the command's id is taken once.

        A case that has ended, or that refuses, is left alone and named in the log.
        """
        handle = self.client.get_workflow_handle(case_no)
        signed = Signer(self.ring, SYSTEM).sign(case_no, command)
        about = {"case_no": case_no, "command_id": command.id}
        try:
            await handle.execute_update(update_name(command), signed.message, id=command.id)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            activity.logger.warning("案件流程已不在运行，系统指令未送达", extra=about)
        except WorkflowUpdateFailedError as error:
            activity.logger.warning("案件拒收系统指令：%s", error.cause, extra=about)
