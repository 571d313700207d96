"""Signed commands (签名指令): the bytes that a signature covers, and the digest by which an entry names its command.

A command is trusted for its signature, never for the way it came. The API and the system sign name, ledger, id and
message; the message says who, what, with which facts and when. The keys are in `activities/platform/signatures.py`.
"""

from __future__ import annotations

import hashlib
from typing import Any

from models.aggregate.command import Command
from models.ledger import canonical, digest


def signed_bytes(ledger: str, command: Command) -> bytes:
    """The bytes that the signature of a command to that ledger covers."""
    return canonical([command.name, ledger, command.id, command.content])


def command_digest(command: Command) -> str:
    """Names a signed command in its entries; empty for an unsigned one (rules tried without a system)."""
    return signature_digest(command.signature)


def signature_digest(signature: str) -> str:
    """The same, from the signature alone."""
    return hashlib.sha256(signature.encode()).hexdigest()[:32] if signature else ""


def key_digest(command: Command) -> str:
    """Tells commands under the same Idempotency-Key apart: by name, giver and body."""
    return digest([command.name, command.by.actor, command.body])[:16]


def kept(ledger: str, command: Command) -> dict[str, Any]:
    """A signed command as the register keeps it, with everything needed to check its signature again."""
    return {"name": command.name, "ledger": ledger, "id": command.id, **command.message}
