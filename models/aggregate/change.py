"""Changes (变更): what one entry did to the state, as data. Made once when the entry is decided, applied ever after.

A state is looked at as its JSON form. A change of an object has up to three parts, a change of a list two:

    "=" members that are set (of a list: places that are replaced), by name or place
    ">" members that are changed in turn, by name or place
    "-" members that are gone (objects only)
    "+" elements that are added at the end (lists only)

A list that lost elements, or most of whose elements differ, is set as a whole. Applying a change asks no rule.
"""

from __future__ import annotations

from typing import Any

Form = dict[str, Any]
"""A state as JSON values."""

Change = dict[str, Any]
"""What turns one form into the next; empty when nothing changed."""


def between(before: Form, after: Form) -> Change:
    """The change that turns `before` into `after`."""
    found = _split((name, before[name], value) for name, value in after.items() if name in before)
    new = {name: value for name, value in after.items() if name not in before}
    if new:
        found["="] = {**found.get("=", {}), **new}
    if gone := sorted(before.keys() - after.keys()):
        found["-"] = gone
    return found


def changed(form: Form, change: Change) -> Form:
    """The form after the change. The one given stays as it is. Raises KeyError or IndexError where it does not fit."""
    after = dict(form)
    for name in change.get("-", ()):
        del after[name]
    for name, part in change.get(">", {}).items():
        after[name] = _changed(after[name], part)
    after.update(change.get("=", {}))
    return after


def _split(members: Any) -> Change:
    """Members by name or place, with their values before and after: those that are set, those that are changed."""
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
    found = _split((str(n), *pair) for n, pair in enumerate(zip(before, after, strict=False)))
    differing = sum(len(part) for part in found.values())
    if differing > 1 and 2 * differing > len(before):
        return None
    if added := after[len(before) :]:
        found["+"] = added
    return found


def _changed(value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return changed(value, change)
    after = list(value)
    for place, part in change.get(">", {}).items():
        after[int(place)] = _changed(after[int(place)], part)
    for place, whole in change.get("=", {}).items():
        after[int(place)] = whole
    return after + change.get("+", [])
