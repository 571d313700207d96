"""Signatures (签名): signing and verifying with the keys of the doors and of the system (Ed25519, RFC 8032).

A command is signed where its giver is known: at a door for staff and applicants, in an activity for the system. It is
verified before it is decided, and again in an audit. A door's key never speaks for the system.
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
"""Maximum age of a signature when its command is decided. A door waits for its answer and signs anew for a retry, so a
refused command copied from a history cannot be carried out later. A command of the system that begins a workflow may
wait for a worker."""

SKEW = timedelta(minutes=10)
"""Allowed difference between the clocks of two hosts."""


class ForgedError(ValueError):
    """A command without a valid signature (签名无效); the message gives the reason in Chinese."""


class PublicKeys(Protocol):
    """A source of public keys: the ring, or the list in a package."""

    def public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that name, or None."""


@dataclass(frozen=True)
class PublicKeyList:
    """A list of public keys kept outside (公钥清单): by name, in Base64."""

    keys: dict[str, str]

    def public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that name, or None."""
        encoded = self.keys.get(key_id)
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)) if encoded else None

    @property
    def fingerprint(self) -> str:
        """A fingerprint of the list, short enough to be read aloud."""
        return digest(self.keys)[:16]


@dataclass(frozen=True)
class Signer:
    """Signs for a door or for the system."""

    ring: KeyRing
    whose: str = DOOR

    def sign(self, ledger: str, command: Command, now: datetime | None = None) -> Command:
        """The command with its time and signature; the system's own commands get the system's key."""
        whose = SYSTEM if command.by.role is Role.SYSTEM else self.whose
        dated = command.model_copy(update={"at": stamp_time(now or datetime.now(UTC))})
        key_id, private = self.ring.signing_key(whose)
        signature = private.sign(signed_bytes(ledger, dated))
        return dated.model_copy(update={"signature": f"{key_id}.{base64.urlsafe_b64encode(signature).decode()}"})

    def sign_text(self, content: bytes) -> str:
        """The signature of other exported content, such as the manifest of a package."""
        key_id, private = self.ring.signing_key(self.whose)
        return f"{key_id}.{base64.urlsafe_b64encode(private.sign(content)).decode()}"


def check(keys: PublicKeys, ledger: str, command: Command, now: datetime | None = None) -> None:
    """Raise ForgedError unless one of our keys signed the command; with `now` also when the signature is too old."""
    key_id = check_text(keys, command.signature, signed_bytes(ledger, command))
    if command.by.role is Role.SYSTEM and not key_id.startswith(SYSTEM):
        raise ForgedError("系统指令不是系统自己签的")
    latest = LATEST[SYSTEM if key_id.startswith(SYSTEM) else DOOR]
    if now is not None and not -SKEW <= now - _signed_at(command) <= latest:
        raise ForgedError("指令的签名时间不在有效期内")


def check_text(keys: PublicKeys, signature: str, content: bytes) -> str:
    """The name of the signing key. Raises ForgedError."""
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
    """Raise InvalidSignature unless this key signed this. A valid triple is cached briefly.

    Validator and register verify the same command in turn, and this is most of the cost. Ownership of the key and age
    of the signature are checked each time.
    """
    Ed25519PublicKey.from_public_bytes(public).verify(signature, content)


def check_kept(keys: PublicKeys, ledger: str, stored: dict[str, Any]) -> Command:
    """The command that the register kept (`kept`), if one of our keys signed it. Raises ForgedError."""
    message = {name: value for name, value in stored.items() if name not in ("name", "ledger", "id")}
    try:
        command = Command.received(stored["name"], stored["id"], message)
    except (KeyError, ValueError, TypeError):
        raise ForgedError("指令内容残缺") from None
    check(keys, ledger, command)
    return command


def asked_by(keys: PublicKeys, ledger: str, name: str, asked: dict[str, Any] | None) -> By:
    """The sender of this signed request; the system where there is none.

    Raises ForgedError for a message not signed by a door.
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
