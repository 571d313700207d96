"""Signed commands (签名指令): what a signature is taken over, and the digest by which an entry names its command.

A command is believed because of its signature, never because of the way it came. Whoever may give commands to ledgers
(the doors, and the system itself) signs name, ledger, id and message; the message says who, what, with which facts and
when. The keys are not the rules' business: `activities/platform/signatures.py` has them.
"""

from __future__ import annotations

import hashlib
from typing import Any

from models.aggregate.command import Command
from models.ledger import canonical, digest


def signed_bytes(ledger: str, command: Command) -> bytes:
    """What the signature of a command to that ledger is taken over."""
    return canonical([command.name, ledger, command.id, command.content])


def command_digest(command: Command) -> str:
    """Names a signed command in the entries that it led to; empty for one that nobody signed (only rules are tried)."""
    return signature_digest(command.signature)


def signature_digest(signature: str) -> str:
    """The same, of the signature alone."""
    return hashlib.sha256(signature.encode()).hexdigest()[:32] if signature else ""


def key_digest(command: Command) -> str:
    """What tells one command from another under the same Idempotency-Key: what, by whom, with which body."""
    return digest([command.name, command.by.actor, command.body])[:16]


def kept(ledger: str, command: Command) -> dict[str, Any]:
    """A signed command as the register keeps it: everything that is needed to check its signature again."""
    return {"name": command.name, "ledger": ledger, "id": command.id, **command.message}
