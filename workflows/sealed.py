"""SealedLedgerWorkflow (密封台账流程): a ledger of which the engine shows nothing.

Its id is a digest, its updates have one name for all, its payloads are encrypted (workflows/sealing.py), and it puts
nothing into summaries or details.
"""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from models.aggregate import Command, Message
    from models.ledger import Entry

from workflows.ledger import LedgerWorkflow, update_id

UPDATE = "act"
"""The one name of all its updates."""


class Sealed(Message):
    """A command as it travels: its name is sealed with the rest."""

    name: str


class SealedLedgerWorkflow(LedgerWorkflow):
    """The shell around one aggregate that only a few may know of."""

    def summary(self, entries: Sequence[Entry]) -> str:
        """Nothing that tells."""
        return ""

    def read(self, name: str, args: Sequence[RawValue]) -> Command:
        """The command of an update, whose name is in its sealed content."""
        message = workflow.payload_converter().from_payload(args[0].payload, Sealed)
        return Command(id=update_id(), **dict(message))
