"""日封存: all ledgers' heads at the end of a day, in a file outside the database (SU7).

A truncated ledger is still a valid chain, and its history can be truncated too. The file keeps each ledger's length and
hash; it is chained to the previous file and sealed with a key, so it cannot be forged.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from models.audit.compare import Difference
from models.ledger import Entry, canonical


def key_of(secret: bytes) -> bytes:
    """The key that seals the files; with the installation's secret they can be checked."""
    return hmac.new(secret, b"heads", hashlib.sha256).digest()


def sealed_name(secret: bytes, ledger: str) -> str:
    """A ledger's pseudonym, where its number would reveal something."""
    return hmac.new(key_of(secret), ledger.encode(), hashlib.sha256).hexdigest()[:32]


class Head(BaseModel):
    """A ledger's last entry: number and hash."""

    table: str
    ledger: str
    seq: int
    head: str


class Sealed(BaseModel):
    """The heads changed since the previous file, chained and sealed."""

    day: date
    previous: str
    """The previous file's seal; empty for the first."""
    heads: list[Head]
    seal: str = ""

    def sealed(self, key: bytes) -> Sealed:
        """A copy with its seal."""
        return self.model_copy(update={"seal": self._seal(key)})

    def holds(self, key: bytes) -> bool:
        """Whether the seal fits the content."""
        return hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: bytes) -> str:
        content: dict[str, Any] = self.model_dump(mode="json", exclude={"seal"})
        return hmac.new(key, canonical(content), hashlib.sha256).hexdigest()


def break_of(files: Sequence[Sealed], key: bytes) -> str | None:
    """The first fault of a series of files, oldest first; None if they are intact and complete."""
    previous = ""
    for file in files:
        if not file.holds(key):
            return f"{file.day} 的封存文件被改动"
        if file.previous != previous:
            return f"{file.day} 的封存文件与上一份不相连：有缺失或被替换"
        previous = file.seal
    return None


def newest(files: Iterable[Sealed], ledger: str) -> Head | None:
    """A ledger's last head in these files, oldest first."""
    last = None
    for file in files:
        last = next((head for head in file.heads if head.ledger == ledger), last)
    return last


def head_difference(head: Head | None, register: Sequence[Entry]) -> Difference | None:
    """The difference from the sealed head; None if the ledger still has that entry with the same hash."""
    if head is None:
        return None
    current = next((entry.hash for entry in register if entry.seq == head.seq), None)
    if current == head.head:
        return None
    text = "尾部被截断：封存时已有这一条" if current is None else "这一条在封存之后被替换"
    return Difference(
        table=head.table, ledger=head.ledger, seq=head.seq, field="head", register=current, replay=head.head, told=text
    )
