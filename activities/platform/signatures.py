"""Signatures (签名): the doors' and the system's own keys, and whether a command is theirs (Ed25519, RFC 8032).

A command is signed where it is known who gives it: at a door for people and for the applicant, in an activity for the
system itself. It is checked before it is decided, and again by whoever audits the ledger. A door's key never speaks for
the system.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from activities.platform.keyring import DOOR, SYSTEM, KeyRing
from models.aggregate import SYSTEM as BY_ITSELF
from models.aggregate import By, Command, signed_bytes
from models.codes import Role
from models.ledger import digest, read_time, stamp_time

LATEST = {DOOR: timedelta(minutes=15), SYSTEM: timedelta(days=1)}
"""How old a signature may be when its command is decided. A door waits for its answer, and signs anew when it tries
again: what it signed and was refused must not be carried out later, by whoever copied it from a history. What the
system signs for a workflow to begin with may wait for a worker."""

SKEW = timedelta(minutes=10)
"""By how much the clocks of two hosts may differ."""


class ForgedError(ValueError):
    """A command that nobody vouches for (签名无效); the message says why, in Chinese."""


class PublicKeys(Protocol):
    """Where public keys are looked up: the ring, or the list that a package carries."""

    def public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that name, or None."""


@dataclass(frozen=True)
class PublicKeyList:
    """Public keys as they are kept outside the house (公钥清单): by name, in Base64."""

    keys: dict[str, str]

    def public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that name, or None."""
        found = self.keys.get(key_id)
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(found)) if found else None

    @property
    def fingerprint(self) -> str:
        """What tells this list from another, short enough to be read aloud."""
        return digest(self.keys)[:16]


@dataclass(frozen=True)
class Signer:
    """Signs for a door or for the system."""

    ring: KeyRing
    whose: str = DOOR

    def sign(self, ledger: str, command: Command, now: datetime | None = None) -> Command:
        """The command with its time and signature. What the system gives itself is signed with the system's key."""
        whose = SYSTEM if command.by.role is Role.SYSTEM else self.whose
        dated = command.model_copy(update={"at": stamp_time(now or datetime.now(UTC))})
        key_id, private = self.ring.signing_key(whose)
        signature = private.sign(signed_bytes(ledger, dated))
        return dated.model_copy(update={"signature": f"{key_id}.{base64.urlsafe_b64encode(signature).decode()}"})

    def sign_text(self, content: bytes) -> str:
        """The signature of anything else that leaves the house, such as the manifest of a package."""
        key_id, private = self.ring.signing_key(self.whose)
        return f"{key_id}.{base64.urlsafe_b64encode(private.sign(content)).decode()}"


def check(keys: PublicKeys, ledger: str, command: Command, now: datetime | None = None) -> None:
    """Raise ForgedError unless one of our keys vouches for the command; with `now` also when it is too old for that."""
    key_id = check_text(keys, command.signature, signed_bytes(ledger, command))
    if command.by.role is Role.SYSTEM and not key_id.startswith(SYSTEM):
        raise ForgedError("系统指令不是系统自己签的")
    latest = LATEST[SYSTEM if key_id.startswith(SYSTEM) else DOOR]
    if now is not None and not -SKEW <= now - _signed_at(command) <= latest:
        raise ForgedError("指令的签名时间不在有效期内")


def check_text(keys: PublicKeys, signature: str, content: bytes) -> str:
    """The name of the key that signed this. Raises ForgedError."""
    key_id, _, encoded = signature.partition(".")
    public = keys.public_key(key_id)
    if public is None:
        raise ForgedError("没有签名" if not signature else f"密钥环里没有签名密钥 {key_id}")
    try:
        _verify(public.public_bytes_raw(), base64.urlsafe_b64decode(encoded), content)
    except (InvalidSignature, binascii.Error, ValueError):
        raise ForgedError("签名与内容不符") from None
    return key_id


@lru_cache(maxsize=64)
def _verify(public: bytes, signature: bytes, content: bytes) -> None:
    """Raise InvalidSignature unless this key signed this. What held is remembered for a moment, by all three of them.

    Validator and register ask of the same command one right after the other, and this is most of what asking costs.
    Which keys are ours, and how old a signature may be, is asked each time.
    """
    Ed25519PublicKey.from_public_bytes(public).verify(signature, content)


def check_kept(keys: PublicKeys, ledger: str, stored: dict[str, Any]) -> Command:
    """The command that the register kept (`kept`), if one of our keys vouches for it. Raises ForgedError."""
    message = {name: said for name, said in stored.items() if name not in ("name", "ledger", "id")}
    try:
        command = Command.received(stored["name"], stored["id"], message)
    except (KeyError, ValueError, TypeError):
        raise ForgedError("指令内容残缺") from None
    check(keys, ledger, command)
    return command


def asked_by(keys: PublicKeys, ledger: str, name: str, asked: dict[str, Any] | None) -> By:
    """Who asked by this signed message for what comes by itself otherwise; the system where nobody did.

    Raises ForgedError for a message that no door has signed.
    """
    if asked is None:
        return BY_ITSELF
    command = Command.received(name, ledger, asked)
    check(keys, ledger, command)
    return command.by


def _signed_at(command: Command) -> datetime:
    try:
        return read_time(command.at)
    except ValueError:
        raise ForgedError("指令没有签名时间") from None
