"""Seals over the access log (访问日志封存): rows hashed in order, batch by batch, each chained to the last."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from models.ledger import canonical, stamp_time

COLUMNS = ("id", "at", "actor", "role", "unit", "action", "case_no", "status", "reason", "address")


def seal_of(previous: str, rows: Iterable[Sequence[Any]]) -> str:
    """The hash of these rows, each with `COLUMNS` in order, chained to the previous seal."""
    digest = hashlib.sha256(previous.encode())
    for number, at, *rest in rows:
        digest.update(canonical([number, stamp_time(at), *rest]))
    return digest.hexdigest()
