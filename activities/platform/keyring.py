"""The key ring (密钥环): the installation's keys by name, in use and older ones.

A file outside the database, readable by its owner only: `{"current": "k2", "keys": {"k1": {"algorithm": "AES-256-GCM",
"secret": "<base64>", "made_at": "…"}, "k2": …}, "signing": {"door": {"current": "door-1", "keys": {"door-1":
{"algorithm": "Ed25519", "secret": …}}}, "system": …}}`. Rotation adds keys and uses them from then on; old ones stay,
because histories are kept for decades. Processes reload a changed file.
"""

import base64
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from activities.platform.ciphers import Algorithm, Key, UnreadableError

KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
LOOK_SECONDS = 1.0
"""Seconds after which a loaded ring is checked for changes."""

DOOR, SYSTEM = "door", "system"
"""Owners of signing keys: the doors and the system. Key names begin with the owner."""

SIGNATURE = "Ed25519"


class KeyRingError(RuntimeError):
    """The key ring is unusable (密钥环不可用); the message says what to do."""


@dataclass
class KeyRing:
    """The keys of one file, reloaded when it changes."""

    path: Path
    _keys: dict[str, Key] = field(default_factory=dict, repr=False)
    _current: str = ""
    _signing: dict[str, Ed25519PrivateKey] = field(default_factory=dict, repr=False)
    _signs: dict[str, str] = field(default_factory=dict)
    _stamp: tuple[int, int] = (0, 0)
    _looked_at: float = 0.0

    @property
    def current(self) -> Key:
        """The key in use for encryption."""
        self._refresh()
        return self._keys[self._current]

    def key(self, key_id: str) -> Key:
        """A key by name. Raises UnreadableError for one that is not in the ring."""
        if key_id not in self._keys:
            self._refresh(at_once=True)
        if key_id not in self._keys:
            raise UnreadableError(f"密钥环里没有密钥 {key_id}：请把它加回 {self.path.name}")
        return self._keys[key_id]

    def signing_key(self, whose: str) -> tuple[str, Ed25519PrivateKey]:
        """The signing key in use, and its name."""
        self._refresh()
        key_id = self._signs[whose]
        return key_id, self._signing[key_id]

    def public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half of a signing key, old or in use; None for one that is not in the ring."""
        if key_id not in self._signing:
            self._refresh(at_once=True)
        key = self._signing.get(key_id)
        return key.public_key() if key else None

    def public_keys(self) -> dict[str, str]:
        """Every signing key's public half by name, in Base64: the list that an auditor keeps."""
        self._refresh(at_once=True)
        return {key_id: _text(key.public_key().public_bytes_raw()) for key_id, key in sorted(self._signing.items())}

    def seal(self, purpose: str, content: bytes, context: bytes = b"") -> bytes:
        """Encrypt for one purpose with the key in use; the result begins with its name."""
        key = self.current
        return key.id.encode() + b"\0" + key.derived(purpose).seal(content, context)

    def open(self, purpose: str, sealed: bytes, context: bytes = b"") -> bytes:
        """The inverse of `seal`, for any key of the ring. Raises UnreadableError."""
        key_id, _, content = sealed.partition(b"\0")
        return self.key(key_id.decode(errors="replace")).derived(purpose).open(content, context)

    def _refresh(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self._keys and not at_once and now - self._looked_at < LOOK_SECONDS:
            return
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._take(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyRingError(f"密钥环 {self.path} 不可用（{error}）：请从备份恢复，没有它历史无法解读") from error
        self._stamp, self._looked_at = stamp, now

    def _take(self, keyring: dict[str, Any]) -> None:
        keys = {key_id: _read(key_id, each) for key_id, each in keyring["keys"].items()}
        current = str(keyring["current"])
        if current not in keys:
            raise ValueError(f"没有在用的密钥 {current}")
        signing: dict[str, Ed25519PrivateKey] = {}
        signs: dict[str, str] = {}
        for whose in (DOOR, SYSTEM):
            ring = keyring["signing"][whose]
            signing |= {key_id: _read_signing(whose, key_id, each) for key_id, each in ring["keys"].items()}
            signs[whose] = str(ring["current"])
            if signs[whose] not in signing:
                raise ValueError(f"没有在用的签名密钥 {signs[whose]}")
        self._keys, self._current, self._signing, self._signs = keys, current, signing, signs


def new_ring(algorithm: Algorithm) -> str:
    """The content of a new ring with one key of each sort."""
    empty = {"current": "", "keys": {}}
    return rotated(json.dumps({**empty, "signing": {DOOR: empty, SYSTEM: empty}}), algorithm)


def rotated(content: str, algorithm: Algorithm) -> str:
    """The ring with one more key of each sort, in use from now on."""
    keyring: dict[str, Any] = json.loads(content)
    key = Key.new(f"k{len(keyring['keys']) + 1}", algorithm)
    keyring["keys"][key.id] = _kept(key.algorithm.value, key.secret)
    for whose, ring in keyring["signing"].items():
        ring["current"] = f"{whose}-{len(ring['keys']) + 1}"
        ring["keys"][ring["current"]] = _kept(SIGNATURE, Ed25519PrivateKey.generate().private_bytes_raw())
    return json.dumps({**keyring, "current": key.id}, indent=1) + "\n"


def _kept(algorithm: str, secret: bytes) -> dict[str, str]:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"algorithm": algorithm, "secret": _text(secret), "made_at": made_at}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _read(key_id: str, entry: dict[str, Any]) -> Key:
    algorithm = Algorithm(entry["algorithm"])
    secret = base64.b64decode(entry["secret"], validate=True)
    if not KEY_ID.fullmatch(key_id) or len(secret) != algorithm.key_bytes:
        raise ValueError(f"密钥 {key_id} 的名称或长度不对")
    return Key(key_id, algorithm, secret)


def _read_signing(whose: str, key_id: str, entry: dict[str, Any]) -> Ed25519PrivateKey:
    if not KEY_ID.fullmatch(key_id) or not key_id.startswith(f"{whose}-") or entry["algorithm"] != SIGNATURE:
        raise ValueError(f"签名密钥 {key_id} 的名称或算法不对")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(entry["secret"], validate=True))
