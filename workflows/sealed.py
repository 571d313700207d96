"""SealedLedgerWorkflow (密封台账流程): a ledger of which the engine shows nothing.

Its id is a digest, its updates have one name for all, its payloads are encrypted (workflows/platform/sealing.py), and
it puts nothing into summaries or details.
"""

from collections.abc import Sequence
from typing import Any

from temporalio.common import RawValue

from workflows.ledger import LedgerWorkflow, message_of, update_id

UPDATE = "act"
"""The one name of all its updates."""


class SealedLedgerWorkflow(LedgerWorkflow):
    """The shell around one aggregate that only a few may know of."""

    def read(self, name: str, args: Sequence[RawValue]) -> tuple[str, str, dict[str, Any]]:
        """Name, id and message of an update's command, whose name is sealed with the rest."""
        message = message_of(args)
        return str(message.pop("name", "")), update_id(), message
