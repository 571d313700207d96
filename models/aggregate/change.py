"""Changes (变更): what one entry did to the state, as data. Made once, when the entry is decided.

A change describes the state's JSON form. It may have these parts:

    "=" members to set (in a list: places to replace), by name or place
    ">" members to change in turn, by name or place
    "-" members to remove (objects only)
    "+" elements to append (lists only)

A list that lost elements, or most of whose elements differ, is set as a whole. Applying a change consults no rule.
"""

from __future__ import annotations

from typing import Any

Form = dict[str, Any]
"""A state as JSON values."""

Change = dict[str, Any]
"""The difference from one form to the next; empty when nothing changed."""


def between(before: Form, after: Form) -> Change:
    """The change that turns `before` into `after`."""
    change = _split((name, before[name], value) for name, value in after.items() if name in before)
    new = {name: value for name, value in after.items() if name not in before}
    if new:
        change["="] = {**change.get("=", {}), **new}
    if gone := sorted(before.keys() - after.keys()):
        change["-"] = gone
    return change


def changed(form: Form, change: Change) -> Form:
    """The form after the change, as a copy. Raises KeyError or IndexError where the change does not fit."""
    after = dict(form)
    for name in change.get("-", ()):
        del after[name]
    for name, part in change.get(">", {}).items():
        after[name] = _changed(after[name], part)
    after.update(change.get("=", {}))
    return after


def _split(members: Any) -> Change:
    """Split members, given with their values before and after, into those to set and those to change."""
    set_anew: Form = {}
    inside: Form = {}
    for name, before, after in members:
        if before == after and type(before) is type(after):
            continue
        part = _inside(before, after)
        if part is None:
            set_anew[name] = after
        else:
            inside[name] = part
    return {sign: part for sign, part in (("=", set_anew), (">", inside)) if part}


def _inside(before: Any, after: Any) -> Change | None:
    """The change of a member that is an object or a list before and after; None when it is better set as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        return between(before, after) if before and after else None
    if not (isinstance(before, list) and isinstance(after, list)) or not before or len(after) < len(before):
        return None
    change = _split((str(n), *pair) for n, pair in enumerate(zip(before, after, strict=False)))
    differing = sum(len(part) for part in change.values())
    if differing > 1 and 2 * differing > len(before):
        return None
    if added := after[len(before) :]:
        change["+"] = added
    return change


def _changed(value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return changed(value, change)
    after = list(value)
    for place, part in change.get(">", {}).items():
        after[int(place)] = _changed(after[int(place)], part)
    for place, whole in change.get("=", {}).items():
        after[int(place)] = whole
    return after + change.get("+", [])
