"""件内容量: how much one case may come to hold, whoever adds to it and however often.

The state is read, sealed and written with every command, so it has a bound: `MOST_BYTES`. What only stands in the
ledger (notes, urgings, surveys, complaints) takes no room. Everything else does, and is refused (409) when the room for
its kind is used up: first what is beside the course, later what brings the case on, last what ends something that is
open. So nobody can fill a case up in such a way that it cannot be brought to its end. What time brings is never
refused; it is little, and its cards are kept to the newest (`models/case/supervision.py`).
"""

from __future__ import annotations

from typing import Any

from models.actions import CommandName
from models.aggregate import Command, Room
from models.case.aggregate import Case
from models.case.registry import CASE, also_checks
from models.errors import conflict
from models.ledger import canonical

KIB = 1024
MOST_BYTES = 256 * KIB
"""What the state of a case never exceeds, as JSON."""

UP_TO = {Room.BESIDE: 128 * KIB, Room.ONWARD: 200 * KIB, Room.ENDING: 224 * KIB}
"""Up to where the state may grow, by what a command says of itself (`Act.room`); without room it is always possible."""

EACH = 1536
"""Bytes that one member of a list may add beside its own words: a task and its two limits, a seat and its limit."""

FULL = "本案累积的内容已到上限，不能再增加这一类事项：请改用备注，或先办结已经在办的事项；确有需要的，办结后另行登记"


@also_checks
def _has_room(case: Case, command: Command) -> None:
    require_room(case, CommandName(command.name), command.body)


def require_room(case: Case, name: CommandName, body: dict[str, Any]) -> None:
    """Refuse (409) the command of that name where it might make the state too large."""
    room = CASE.acts[name].room
    if room is not Room.FREE and len(canonical(case.form)) + _adds(body) > UP_TO[room]:
        raise conflict(FULL)


def _adds(body: dict[str, Any]) -> int:
    """At most so many bytes more: its words, and what is kept beside each thing that it names."""
    members = max((len(value) for value in body.values() if isinstance(value, list)), default=0)
    return len(canonical(body)) + EACH * (1 + members)
