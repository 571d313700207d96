"""件内容量: how much one case may come to hold, whoever adds to it and however often.

The state is read, sealed and written with every command, so it has a bound: `MOST_BYTES`. What only stands in the
ledger (notes, urgings, surveys, complaints) takes no room. Everything else does, and is refused (409) when the room for
its kind is used up: first what is beside the course, later what brings the case on, last what ends something that is
open. So nobody can fill a case up in such a way that it cannot be brought to its end. What time brings is never
refused; it is little, and its cards are kept to the newest (`models/case/supervision.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.errors import conflict
from models.ledger import canonical

if TYPE_CHECKING:
    from models.case.aggregate import Case

KIB = 1024
MOST_BYTES = 256 * KIB
"""What the state of a case never exceeds, as JSON."""

BESIDE, ONWARD, ENDING = 128 * KIB, 200 * KIB, 224 * KIB
"""Up to where the state may grow: by what is beside the course, by what brings it on, by what ends something open."""

EACH = 1536
"""Bytes that one member of a list may add beside its own words: a task and its two limits, a seat and its limit."""

FREE = frozenset(
    {
        "note",
        "urge",
        "survey",
        "complain",
        "confirm_arrival",
        "resolve",
        "withdraw",
        "acknowledge",
        "change_calendar",
        "report_delivery",
        "draw_look_back",
    }
)
"""Takes no room, or what it took before, or comes once between two commands that take some: always possible."""

BRINGS_ON = frozenset(
    {
        "register",
        "accept",
        "diagnose",
        "assign",
        "convene",
        "explain",
        "object",
        "return",
        "extend",
        "measure",
        "request_materials",
        "escalate",
        "delegate",
        "transfer",
        "reopen",
        "look_back",
        "flag",
        "seek_owner",
        "name_owner",
        "expedite",
        "apply_solution",
    }
)

ENDS = frozenset(
    {
        "decline",
        "sign",
        "reply",
        "rule_return",
        "rule_extension",
        "opine",
        "attend",
        "conclude",
        "countersign",
        "review",
        "receive",
        "submit_materials",
        "evaluate",
        "contact",
        "rectify",
        "fulfil",
        "breach",
        "clear",
        "sign_off",
        "answer_supervision",
        "order_remedy",
        "record_reply",
        "review_follow_up",
        "merge",
        "unmerge",
        "archive",
    }
)

FULL = "本案累积的内容已到上限，不能再增加这一类事项：请改用备注，或先办结已经在办的事项；确有需要的，办结后另行登记"


def require_room(case: Case, name: str, body: dict[str, Any]) -> None:
    """Refuse (409) the command of that name where it might make the state too large."""
    if name not in FREE and len(canonical(case.form)) + _adds(body) > _up_to(name):
        raise conflict(FULL)


def _up_to(name: str) -> int:
    return ENDING if name in ENDS else ONWARD if name in BRINGS_ON else BESIDE


def _adds(body: dict[str, Any]) -> int:
    """At most so many bytes more: its words, and what is kept beside each thing that it names."""
    members = max((len(value) for value in body.values() if isinstance(value, list)), default=0)
    return len(canonical(body)) + EACH * (1 + members)
