"""Whose commands this process believes (信任): asked by validators, which have nothing handed to them.

A process trusts one key ring, named at its start. The register's activity asks again, with the ring that it holds.
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
    """From now on commands are checked with this ring, and the ids of sealed ledgers' workflows with this secret."""
    _rings[:], _secrets[:] = [ring], [secret]


def belongs(workflow_id: str, number: str, sealed_as: str) -> bool:
    """Whether a ledger is the one that a workflow of this id keeps; `sealed_as` its kind where the id tells nothing.

    Where nothing is trusted, as in a replay, it is not asked.
    """
    if not sealed_as:
        return workflow_id == number
    return not _secrets or workflow_id == sealed_id(_secrets[0], number, sealed_as)


def vouched_for(ledger: str, name: str, command_id: str, message: dict[str, Any]) -> Refusal | None:
    """Why the command is not believed, or None."""
    if not _rings:
        return forbidden("本进程没有密钥环，不能核对签名")
    try:
        check(_rings[0], ledger, Command.received(name, command_id, message), datetime.now(UTC))
    except ForgedError as error:
        return forbidden(f"{FORGED}（{error}）")
    except (TypeError, ValueError):
        return forbidden(FORGED)
    return None
