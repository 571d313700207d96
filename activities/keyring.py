"""The key ring (密钥环): the installation's keys by name, the one in use, and every older one.

A file outside the database, readable by its owner only:
`{"current": "k2", "keys": {"k1": {"algorithm": "AES-256-GCM", "secret": "<base64>", "made_at": "…"}, "k2": …}}`.
Rotating adds a key and uses it from then on; old ones stay, because histories are kept for decades. Processes notice a
changed file by themselves.
"""

import base64
import json
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.ciphers import Algorithm, Key, UnreadableError

KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")


class KeyRingError(RuntimeError):
    """The key ring cannot be used (密钥环不可用); the message says what to do."""


@dataclass
class KeyRing:
    """The keys in one file, read again whenever it has changed."""

    path: Path
    _keys: dict[str, Key] = field(default_factory=dict, repr=False)
    _current: str = ""
    _stamp: tuple[int, int] = (0, 0)

    @property
    def current(self) -> Key:
        """The key in use."""
        self._refresh()
        return self._keys[self._current]

    def key(self, key_id: str) -> Key:
        """A key by its name. Raises UnreadableError for one that is not in the ring."""
        if key_id not in self._keys:
            self._refresh()
        if key_id not in self._keys:
            raise UnreadableError(f"密钥环里没有密钥 {key_id}：请把它加回 {self.path.name}")
        return self._keys[key_id]

    def seal(self, purpose: str, content: bytes, context: bytes = b"") -> bytes:
        """Encrypt for one purpose with the key in use; its name stands in front."""
        key = self.current
        return key.id.encode() + b"\0" + key.derived(purpose).seal(content, context)

    def open(self, purpose: str, sealed: bytes, context: bytes = b"") -> bytes:
        """What `seal` encrypted, with whichever key that was. Raises UnreadableError."""
        key_id, _, content = sealed.partition(b"\0")
        return self.key(key_id.decode(errors="replace")).derived(purpose).open(content, context)

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._stamp:
                return
            said = json.loads(self.path.read_text(encoding="utf-8"))
            keys = {key_id: _read(key_id, each) for key_id, each in said["keys"].items()}
            current = str(said["current"])
            if current not in keys:
                raise ValueError(f"没有在用的密钥 {current}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyRingError(f"密钥环 {self.path} 不可用（{error}）：请从备份恢复，没有它历史无法解读") from error
        self._keys, self._current, self._stamp = keys, current, stamp


def new_ring(algorithm: Algorithm) -> str:
    """The content of a ring with one fresh key."""
    return rotated('{"current": "", "keys": {}}', algorithm)


def rotated(content: str, algorithm: Algorithm) -> str:
    """The ring with one fresh key more, which is in use from now on."""
    said: dict[str, Any] = json.loads(content)
    key = Key.new(f"k{len(said['keys']) + 1}", algorithm)
    said["keys"][key.id] = {
        "algorithm": key.algorithm.value,
        "secret": base64.b64encode(key.secret).decode(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps({**said, "current": key.id}, indent=1) + "\n"


def _read(key_id: str, said: dict[str, Any]) -> Key:
    algorithm = Algorithm(said["algorithm"])
    secret = base64.b64decode(said["secret"], validate=True)
    if not KEY_ID.fullmatch(key_id) or len(secret) != algorithm.key_bytes:
        raise ValueError(f"密钥 {key_id} 的名称或长度不对")
    return Key(key_id, algorithm, secret)


def wanted_algorithm() -> Algorithm:
    """What BANCHENG_CIPHER asks for; AES-256-GCM by default. Raises KeyRingError for another word."""
    said = os.environ.get("BANCHENG_CIPHER") or Algorithm.AES_256_GCM
    try:
        return Algorithm(said)
    except ValueError:
        raise KeyRingError(f"BANCHENG_CIPHER={said} 不认识：请用 {' 或 '.join(Algorithm)}") from None
