"""The keys that this process trusts (信任), global because validators get no arguments.

A process trusts one key ring, set at its start. The register's activity checks again with its own ring.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.platform.keyring import KeyRing
from activities.platform.signatures import ForgedError, check
from activities.register import FORGED
from models.aggregate import Command
from models.errors import Refusal, forbidden
from workflows.platform.sealing import workflow_id as sealed_id

_rings: list[KeyRing] = []
_secrets: list[bytes] = []


def trust(ring: KeyRing, secret: bytes) -> None:
    """Check commands with this ring from now on, and the ids of sealed ledgers' workflows with this secret."""
    _rings[:], _secrets[:] = [ring], [secret]


def belongs(workflow_id: str, number: str, sealed_as: str) -> bool:
    """Whether the workflow of this id keeps this ledger; `sealed_as` is the kind of a sealed one.

    Always true where nothing is trusted, as in a replay.
    """
    if not sealed_as:
        return workflow_id == number
    return not _secrets or workflow_id == sealed_id(_secrets[0], number, sealed_as)


def vouched_for(ledger: str, name: str, command_id: str, message: dict[str, Any]) -> Refusal | None:
    """Why the command is not trusted, or None."""
    if not _rings:
        return forbidden("本进程没有密钥环，不能核对签名")
    try:
        check(_rings[0], ledger, Command.received(name, command_id, message), datetime.now(UTC))
    except ForgedError as error:
        return forbidden(f"{FORGED}（{error}）")
    except (TypeError, ValueError):
        return forbidden(FORGED)
    return None
