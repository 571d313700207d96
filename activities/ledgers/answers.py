"""Request and answer between a ledger's workflow and the register (请求与答复).

The history keeps the answer, not the request: the answer holds the decision, which is all that a replay needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from models.errors import FieldError, Refusal
from models.ledger import Entry, read_time, seal, stamp_time

AGAIN = "Again"
"""Type of the error with which an ending run sends a command on to the next."""

PAGE_BYTES = 500_000
"""About how many bytes of entries one answer carries: the engine takes 2 MB a payload."""


class Request(BaseModel):
    """A workflow's request to the register."""

    ledger: str
    head: str
    """The head that the workflow has reached; the answer holds the entries after it."""
    seq: int
    now: str
    """The time of the ledger's own clock (`stamp_time`): the activity's own would be another."""
    name: str = ""
    command_id: str = ""
    message: dict[str, Any] | None = None
    """The command to decide, signed, as received; None where only time has passed."""
    noticed: str = ""
    """An event of the workflow itself to be recorded (取消请求), in words."""


class Answer(BaseModel):
    """The register's entries after the requested head."""

    entries: list[dict[str, Any]] = []
    more: bool = False
    """Whether another page of them must be requested."""
    refused: dict[str, Any] | None = None
    """The refusal of the command: status, detail, errors."""


def refusal_to(refusal: Refusal) -> dict[str, Any]:
    """A refusal as a value."""
    return {
        "status": refusal.status,
        "detail": refusal.detail,
        "errors": [asdict(error) for error in refusal.errors],
    }


def refusal_from(body: dict[str, Any]) -> Refusal:
    """The inverse of `refusal_to`."""
    return Refusal(body["status"], body["detail"], [FieldError(**error) for error in body["errors"]])


_SHORT = {"actor": "system", "role": "system", "unit": "", "command_id": "", "v": 1, "command": "", "change": {}}
"""Defaults of most entries that time caused; left out of histories, which are kept for decades."""


def short(entry: Entry) -> dict[str, Any]:
    """An entry without defaults and without what its place in the chain determines."""
    fields = {"at": stamp_time(entry.at), "action": entry.action, "detail": entry.detail}
    return fields | {name: getattr(entry, name) for name, usual in _SHORT.items() if getattr(entry, name) != usual}


def entries_after(ledger: str, seq: int, head: str, items: Iterable[dict[str, Any]]) -> list[Entry]:
    """The entries of an answer, sealed into the chain that stood at `seq` and `head`."""
    entries = []
    for each in items:
        whole = {**_SHORT, **each, "at": read_time(each["at"])}
        seq += 1
        entry = seal(Entry(case_no=ledger, seq=seq, prev=head, hash="", **whole))
        head = entry.hash
        entries.append(entry)
    return entries
