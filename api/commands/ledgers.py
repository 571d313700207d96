"""The common part of meetings, 督导事项, 一类事 and 月度分析 at the door: each has a ledger of its own."""

import secrets
from collections.abc import Iterable
from typing import Any

from api.commands.idempotency import check_key
from api.http.errors import Problem
from api.queries.rows import AnyRow
from models.access import User
from models.actions import COMMANDS, CommandName
from models.aggregate import OWN_ID, Aggregate, Command
from models.ledger import stamp_time
from models.views.base import Listed
from models.views.ledger import CommandOffer, EntryView


def check_act(kind: type[Aggregate[Any]], name: str, user: User) -> None:
    """Raise Problem 404 for an unknown command, 403 for one that is not for this post."""
    act = kind.registry.acts.get(name)
    if act is None or name == kind.opened_by:
        raise Problem(404, f"没有“{name}”这项操作，请核对地址")
    if user.role not in act.roles:
        raise Problem(403, f"“{COMMANDS[name]}”不由{user.role.label}办理")


def command_of(kind: type[Aggregate[Any]], name: str, user: User, fields: dict[str, Any], key: str | None) -> Command:
    """The command that somebody gives, of the right form, under their key or one of our own. Raises a Refusal."""
    check_key(key)
    kind.registry.parse(name, fields)
    return Command(name=name, by=user.by(), body=fields, id=key or OWN_ID + secrets.token_urlsafe(6))


def commands(aggregate: Aggregate[Any], user: User) -> list[CommandOffer]:
    """The aggregate's commands, each with whether this user can give it now; if not, why."""
    names = [name for name in aggregate.registry.acts if name != aggregate.opened_by]
    answers = [aggregate.availability(name, user.by()) for name in names]
    return [
        CommandOffer(
            command=CommandName(name),
            title=COMMANDS[name],
            possible=answer.possible,
            why_not=answer.why_not or None,
        )
        for name, answer in zip(names, answers, strict=True)
    ]


def timeline(entries: Iterable[AnyRow], hidden: Iterable[str] = ()) -> Listed[EntryView]:
    """A ledger for people who read it entry by entry; details without the fields in `hidden`."""
    return Listed(
        items=[
            EntryView(
                seq=entry.seq,
                action=entry.action,
                actor=entry.actor,
                role=entry.role,
                unit=entry.unit,
                at=stamp_time(entry.at),
                detail={name: value for name, value in entry.detail.items() if name not in hidden},
            )
            for entry in entries
        ]
    )
