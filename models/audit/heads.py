"""日封存: the heads of all ledgers at the end of a day, in a file outside the database (SU7).

A ledger whose tail is cut off still holds as a chain, and a history can be cut off with it. The file says how far each
ledger had come and under which hash; it is chained to the file before and sealed with a key, so none can be made anew.
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
    """The key that seals the files: whoever knows the installation's secret can check them."""
    return hmac.new(secret, b"heads", hashlib.sha256).digest()


def sealed_name(secret: bytes, ledger: str) -> str:
    """A ledger's name where its number would tell something."""
    return hmac.new(key_of(secret), ledger.encode(), hashlib.sha256).hexdigest()[:32]


class Head(BaseModel):
    """How far one ledger had come."""

    table: str
    ledger: str
    seq: int
    head: str


class Sealed(BaseModel):
    """The heads that changed since the file before, chained and sealed."""

    day: date
    previous: str
    """The seal of the file before; empty for the first."""
    heads: list[Head]
    seal: str = ""

    def sealed(self, key: bytes) -> Sealed:
        """With its seal."""
        return self.model_copy(update={"seal": self._seal(key)})

    def holds(self, key: bytes) -> bool:
        """Whether it is what was sealed."""
        return hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: bytes) -> str:
        said: dict[str, Any] = self.model_dump(mode="json", exclude={"seal"})
        return hmac.new(key, canonical(said), hashlib.sha256).hexdigest()


def break_of(files: Sequence[Sealed], key: bytes) -> str | None:
    """What is wrong with the row of files, the oldest first; None when they follow each other and hold."""
    previous = ""
    for file in files:
        if not file.holds(key):
            return f"{file.day} 的封存文件被改动"
        if file.previous != previous:
            return f"{file.day} 的封存文件与上一份不相连：有缺失或被替换"
        previous = file.seal
    return None


def newest(files: Iterable[Sealed], ledger: str) -> Head | None:
    """The last head of a ledger in these files, the oldest file first."""
    found = None
    for file in files:
        found = next((head for head in file.heads if head.ledger == ledger), found)
    return found


def head_difference(head: Head | None, register: Sequence[Entry]) -> Difference | None:
    """Whether the ledger still holds what was sealed: as long as then, with the same hash at that place."""
    if head is None:
        return None
    found = next((entry.hash for entry in register if entry.seq == head.seq), None)
    if found == head.head:
        return None
    told = "尾部被截断：封存时已有这一条" if found is None else "这一条在封存之后被替换"
    return Difference(
        table=head.table, ledger=head.ledger, seq=head.seq, field="head", register=found, replay=head.head, told=told
    )
