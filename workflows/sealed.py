"""SealedLedgerWorkflow (密封台账流程): a ledger whose content the engine never shows.

Its id is a digest, all its updates have one name, its payloads are encrypted (workflows/platform/sealing.py), and its
summaries and details stay empty.
"""

from collections.abc import Sequence
from typing import Any

from temporalio.common import RawValue

from workflows.ledger import LedgerWorkflow, message_of, update_id

UPDATE = "act"
"""The one name of all its updates."""


class SealedLedgerWorkflow(LedgerWorkflow):
    """The workflow around a sealed aggregate."""

    def read(self, name: str, args: Sequence[RawValue]) -> tuple[str, str, dict[str, Any]]:
        """Name, id and message of an update's command; its name is sealed in the message."""
        message = message_of(args)
        return str(message.pop("name", "")), update_id(), message
