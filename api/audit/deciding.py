"""The auditor's second question (规则复核): did the rules say so?

Each signed command, and each act of time, is decided again on the state before it, with the rules that the case keeps.
Where today's code says something else, entry and field are named, with the value recorded and the value now. That is
no tampering: a rule may have been changed since, rightly or not, and the decision stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from activities.ledgers.kinds import Kind
from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Aggregate, Command, command_digest
from models.aggregate.aggregate import NOTICED
from models.aggregate.upcasting import upcast_entry
from models.errors import Refusal
from models.ledger import Entry
from models.views.audit import DecidedAgain, RuleDifference
from workflows.platform.sandbox import build_id

MOST = 5000
"""How many entries at most are decided again, the newest: a ledger may have 20,000."""

NAMED = 100
"""How many differences at most are named."""

FIELDS = ("action", "actor", "role", "unit")


def decided_again(
    kind: Kind, number: str, ledger: Sequence[Entry], commands: Mapping[str, dict[str, Any]], build_then: str
) -> DecidedAgain:
    """The result of deciding a ledger again. `commands` are the register's; the rules must be known already."""
    sent = dict(map(_command, commands.values()))
    start = max(0, len(ledger) - MOST)
    aggregate = kind.aggregate.from_entries(number, ledger[:start])
    differences: list[RuleDifference] = []
    entries = 0
    for group in _groups(ledger[start:]):
        before = aggregate.form
        parted = _compared(aggregate, group, sent.get(group[0].command))
        differences += parted
        entries += len(group)
        if parted or aggregate.head != group[-1].hash:  # goes on from what was recorded, whatever it would be now
            aggregate = kind.aggregate.from_form(before)
            for entry in group:
                aggregate.apply(entry)
    return DecidedAgain(
        agrees=not differences,
        entries=entries,
        differences=differences[:NAMED],
        build_then=build_then,
        build_now=build_id(),
    )


def _command(kept: dict[str, Any]) -> tuple[str, Command]:
    message = {name: value for name, value in kept.items() if name not in ("name", "ledger", "id")}
    command = Command.received(kept["name"], kept["id"], message)
    return command_digest(command), command


def _groups(ledger: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that were decided together: those of one command, or those that time brought at one instant."""
    groups: list[list[Entry]] = []
    for entry in ledger:
        last = groups[-1][-1] if groups else None
        if last and last.command == entry.command and (entry.command or last.at == entry.at):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _compared(aggregate: Aggregate[Any], group: list[Entry], command: Command | None) -> list[RuleDifference]:
    """Decide the command behind these entries once more, on the state before them."""
    first = group[0]
    try:
        if first.command and command is None:
            return [_differs(first, "command", first.command, None)]
        made = aggregate.decide(command, first.at) if command and first.command else _by_itself(aggregate, group)
    except Refusal as refusal:
        return [_differs(first, "refused", None, refusal.detail)]
    except Exception as error:  # whatever it is, it is told: today's code cannot decide this any more
        return [_differs(first, "error", None, f"{type(error).__name__}: {error}")]
    differences = []
    for recorded, now in zip_longest(group, made):
        differences += _differences(aggregate.kind, recorded, now, first)
    return differences


def _by_itself(aggregate: Aggregate[Any], group: list[Entry]) -> list[Entry]:
    """The system's acts without a command: by time, on a notice, and the archive that follows."""
    made = aggregate.catch_up(group[0].at)
    for entry in group[len(made) :]:
        if entry.action == NOTICED:
            made.append(aggregate.notice(entry.detail["reason"], entry.at))
        elif entry.action == Action.ARCHIVED:
            made += aggregate.decide(Command(name=CommandName.ARCHIVE, by=SYSTEM), entry.at)
    return made


def _differences(kind: str, recorded: Entry | None, now: Entry | None, first: Entry) -> list[RuleDifference]:
    if recorded is None or now is None:
        return [_differs(recorded or first, "entry", recorded and recorded.action, now and now.action)]
    if recorded.hash == now.hash:
        return []
    differences = [
        _differs(recorded, name, getattr(recorded, name), getattr(now, name))
        for name in FIELDS
        if getattr(recorded, name) != getattr(now, name)
    ]
    then, today = upcast_entry(kind, recorded).detail, now.detail
    for name in sorted(then.keys() | today.keys()):
        if then.get(name) != today.get(name):
            differences.append(_differs(recorded, f"detail.{name}", then.get(name), today.get(name)))
    if recorded.v == now.v and recorded.change != now.change:
        differences.append(_differs(recorded, "change", recorded.change, now.change))
    return differences


def _differs(entry: Entry, field: str, recorded: Any, now: Any) -> RuleDifference:
    """A place at which today's code decides something else: the entry as recorded, and its field."""
    return RuleDifference(seq=entry.seq, action=entry.action, field=field, recorded=recorded, now=now)
