"""件内容量: the size limit of one case's state.

The state is read, sealed and written with every command, so it has a bound: `MOST_BYTES`. Content kept only in the
ledger (notes, urgings, surveys, complaints) takes no room. Other commands are refused (409) when the room for their
kind is used up: first those beside the course, then those that move the case forward, last those that close something
open. So nobody can fill a case so that it cannot be finished. Entries made by time are never refused; they are small,
and only the newest cards are kept (`models/case/supervision.py`).
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
"""Upper bound of a case's state, as JSON."""

UP_TO = {Room.BESIDE: 128 * KIB, Room.ONWARD: 200 * KIB, Room.ENDING: 224 * KIB}
"""How large the state may grow, by the command's `Act.room`; a free command is always possible."""

EACH = 1536
"""Bytes that one list member may add besides its own text: a task with two limits, a seat with one."""

FULL = "本案累积的内容已到上限，不能再增加这一类事项：请改用备注，或先办结已经在办的事项；确有需要的，办结后另行登记"


@also_checks
def _has_room(case: Case, command: Command) -> None:
    require_room(case, CommandName(command.name), command.body)


def require_room(case: Case, name: CommandName, body: dict[str, Any]) -> None:
    """Refuse (409) the command where it might make the state too large."""
    room = CASE.acts[name].room
    if room is not Room.FREE and len(canonical(case.form)) + _adds(body) > UP_TO[room]:
        raise conflict(FULL)


def _adds(body: dict[str, Any]) -> int:
    """Upper bound of the bytes it adds: its text, and the records for each member it names."""
    members = max((len(value) for value in body.values() if isinstance(value, list)), default=0)
    return len(canonical(body)) + EACH * (1 + members)
