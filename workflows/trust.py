"""Whose commands this process believes (信任): asked by validators, which have nothing handed to them.

A process trusts one key ring, named at its start. The register's activity asks again, with the ring that it holds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.keyring import KeyRing
from activities.register import FORGED
from activities.signatures import ForgedError, check
from models.aggregate import Command
from models.errors import Refusal, forbidden

_rings: list[KeyRing] = []


def trust(ring: KeyRing) -> None:
    """From now on commands are checked with this ring."""
    _rings[:] = [ring]


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
