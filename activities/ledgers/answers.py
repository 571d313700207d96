"""What passes between a ledger's workflow and the register (请求与答复).

The request is not kept in the history, the answer is: it holds what was decided, and is all that a replay needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from models.errors import FieldError, Refusal
from models.ledger import Entry, read_time, seal, stamp_time

AGAIN = "Again"
"""Type of the error by which a run that is about to end sends a command on to the next."""

PAGE_BYTES = 500_000
"""About so much of entries travels in one answer: the engine takes 2 MB a payload."""


class Request(BaseModel):
    """What a workflow asks the register to record."""

    ledger: str
    head: str
    """How far the workflow has come: the answer holds what stands after that."""
    seq: int
    now: str
    """The time of the ledger's own clock (`stamp_time`): the activity's own would be another."""
    name: str = ""
    command_id: str = ""
    message: dict[str, Any] | None = None
    """A command to be decided, as it came, with its signature; None where only time has passed."""
    noticed: str = ""
    """Something that happened to the workflow itself and is to be in the record (取消请求), in words."""


class Answer(BaseModel):
    """What stands in the register after the head that was asked from."""

    entries: list[dict[str, Any]] = []
    more: bool = False
    """Whether there is another page of them, to be asked for next."""
    refused: dict[str, Any] | None = None
    """Why the command is not carried out: status, detail, errors."""


def refusal_to(refusal: Refusal) -> dict[str, Any]:
    """A refusal as a value."""
    return {
        "status": refusal.status,
        "detail": refusal.detail,
        "errors": [asdict(error) for error in refusal.errors],
    }


def refusal_from(said: dict[str, Any]) -> Refusal:
    """The refusal that `refusal_to` wrote."""
    return Refusal(said["status"], said["detail"], [FieldError(**error) for error in said["errors"]])


_SHORT = {"actor": "system", "role": "system", "unit": "", "command_id": "", "v": 1, "command": "", "change": {}}
"""What most entries say that time brought: left out of histories, which are kept for decades."""


def short(entry: Entry) -> dict[str, Any]:
    """An entry without what follows from its place in the chain, and without what is usual."""
    said = {"at": stamp_time(entry.at), "action": entry.action, "detail": entry.detail}
    return said | {name: getattr(entry, name) for name, usual in _SHORT.items() if getattr(entry, name) != usual}


def entries_after(ledger: str, seq: int, head: str, said: Iterable[dict[str, Any]]) -> list[Entry]:
    """The entries of an answer, sealed into the chain that stood at `seq` and `head`."""
    found = []
    for each in said:
        whole = {**_SHORT, **each, "at": read_time(each["at"])}
        seq += 1
        entry = seal(Entry(case_no=ledger, seq=seq, prev=head, hash="", **whole))
        head = entry.hash
        found.append(entry)
    return found
