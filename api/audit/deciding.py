"""The auditor's second question (规则复核): did the rules say so?

Each signed command, and whatever time brought, is decided again on the state before it, with the rules that the case
keeps. Where today's code says something else, entry and field are named, with what was recorded and what it would be
now. That is no tampering: a rule may have been changed since, rightly or not, and what was decided stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from activities.ledgers.kinds import Kind
from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Aggregate, Command, command_digest
from models.aggregate.aggregate import NOTICED
from models.aggregate.upcasting import upcast_entry
from models.errors import Refusal
from models.ledger import Entry
from workflows.platform.sandbox import build_id

MOST = 5000
"""So many entries at most are decided again, the newest: a ledger may have 20,000."""

NAMED = 100
"""So many differences at most are named."""

FIELDS = ("action", "actor", "role", "unit")


@dataclass(frozen=True, slots=True)
class Differs:
    """One place at which today's code decides something else."""

    seq: int
    action: str
    """As it was recorded."""
    field: str
    """Of the entry: `detail.<name>` for a part of its detail, `change` for what it did to the state, `entry` where one
    side has none, `refused` where the command would be refused now, `error` where it cannot be decided any more."""
    recorded: Any
    now: Any


def decided_again(
    kind: Kind, number: str, ledger: Sequence[Entry], commands: Mapping[str, dict[str, Any]], build_then: str
) -> dict[str, Any]:
    """What deciding a ledger again gives. `commands` are those that the register kept; rules must be known already."""
    sent = dict(map(_command, commands.values()))
    start = max(0, len(ledger) - MOST)
    it = kind.aggregate.from_entries(number, ledger[:start])
    differences: list[Differs] = []
    entries = 0
    for group in _groups(ledger[start:]):
        before = it.form
        found = _compared(it, group, sent.get(group[0].command))
        differences += found
        entries += len(group)
        if found or it.head != group[-1].hash:  # goes on from what was recorded, whatever it would be now
            it = kind.aggregate.from_form(before)
            for entry in group:
                it.apply(entry)
    return {
        "agrees": not differences,
        "entries": entries,
        "differences": [asdict(each) for each in differences[:NAMED]],
        "build_then": build_then,
        "build_now": build_id(),
    }


def _command(kept: dict[str, Any]) -> tuple[str, Command]:
    message = {name: said for name, said in kept.items() if name not in ("name", "ledger", "id")}
    command = Command.received(kept["name"], kept["id"], message)
    return command_digest(command), command


def _groups(ledger: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that were decided together: those of one command, or those that time brought at one instant."""
    found: list[list[Entry]] = []
    for entry in ledger:
        last = found[-1][-1] if found else None
        if last and last.command == entry.command and (entry.command or last.at == entry.at):
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def _compared(it: Aggregate[Any], group: list[Entry], command: Command | None) -> list[Differs]:
    """Decide what led to these entries once more, on the state before them."""
    first = group[0]
    try:
        if first.command and command is None:
            return [Differs(first.seq, first.action, "command", first.command, None)]
        made = it.decide(command, first.at) if command and first.command else _by_itself(it, group)
    except Refusal as refusal:
        return [Differs(first.seq, first.action, "refused", None, refusal.detail)]
    except Exception as error:  # whatever it is, it is told: today's code cannot decide this any more
        return [Differs(first.seq, first.action, "error", None, f"{type(error).__name__}: {error}")]
    found = []
    for recorded, now in zip_longest(group, made):
        found += _differences(it.kind, recorded, now, first)
    return found


def _by_itself(it: Aggregate[Any], group: list[Entry]) -> list[Entry]:
    """What the system does without a command: what time brings, what is noticed, and the archive that follows."""
    made = it.catch_up(group[0].at)
    for entry in group[len(made) :]:
        if entry.action == NOTICED:
            made.append(it.notice(entry.detail["reason"], entry.at))
        elif entry.action == Action.ARCHIVED:
            made += it.decide(Command(name=CommandName.ARCHIVE, by=SYSTEM), entry.at)
    return made


def _differences(kind: str, recorded: Entry | None, now: Entry | None, first: Entry) -> list[Differs]:
    if recorded is None or now is None:
        seq, action = (recorded.seq, recorded.action) if recorded else (first.seq, first.action)
        return [Differs(seq, action, "entry", recorded and recorded.action, now and now.action)]
    if recorded.hash == now.hash:
        return []
    place = recorded.seq, recorded.action
    found = [
        Differs(*place, name, getattr(recorded, name), getattr(now, name))
        for name in FIELDS
        if getattr(recorded, name) != getattr(now, name)
    ]
    then, today = upcast_entry(kind, recorded).detail, now.detail
    for name in sorted(then.keys() | today.keys()):
        if then.get(name) != today.get(name):
            found.append(Differs(*place, f"detail.{name}", then.get(name), today.get(name)))
    if recorded.v == now.v and recorded.change != now.change:
        found.append(Differs(*place, "change", recorded.change, now.change))
    return found
