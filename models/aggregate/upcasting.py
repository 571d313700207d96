"""Upcasting (格式升级): entries and states that an older release wrote, read as today's.

Every entry and every stored state carries its format number (`v`). A release that renames or reshapes what a kind of
ledger keeps adds a step here. What was written stays as it is, byte for byte, because it is hashed. Steps are pure and
never change once released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from models.aggregate.change import Form
from models.ledger import Entry

Turn = Callable[[Form], Form]


@dataclass(frozen=True, slots=True)
class Step:
    """The conversion from one format to the next: of the state, and of details by action."""

    state: Turn = dict
    details: Mapping[str, Turn] = field(default_factory=dict)


STEPS: dict[str, tuple[Step, ...]] = {}
"""By kind of ledger, the step from format 1 to 2 first. None was needed yet."""


class NewerFormatError(ValueError):
    """A newer release wrote it (格式过新)."""


def current_format(kind: str) -> int:
    """The format number in which this release writes a ledger of this kind."""
    return len(STEPS.get(kind, ())) + 1


def upcast_state(kind: str, form: Form, written_in: int, wanted: int) -> Form:
    """A state converted to a later format. Raises NewerFormatError for a format unknown to this release."""
    if wanted > current_format(kind):
        raise _newer(wanted, current_format(kind))
    if written_in > wanted:
        raise _newer(written_in, wanted)
    for step in STEPS.get(kind, ())[written_in - 1 : wanted - 1]:
        form = step.state(form)
    return form


def upcast_detail(kind: str, action: str, detail: Form, written_in: int) -> Form:
    """An entry's detail in today's format. Raises NewerFormatError."""
    if written_in > current_format(kind):
        raise _newer(written_in, current_format(kind))
    for step in STEPS.get(kind, ())[written_in - 1 :]:
        detail = step.details[action](detail) if action in step.details else detail
    return detail


def upcast_entry(kind: str, entry: Entry) -> Entry:
    """An entry in today's format. It keeps the hash of what was written: chains are checked on stored entries.

    Raises NewerFormatError.
    """
    detail = upcast_detail(kind, entry.action, entry.detail, entry.v)
    return entry if detail is entry.detail else replace(entry, detail=detail)


def _newer(written_in: int, known: int) -> NewerFormatError:
    return NewerFormatError(f"内容由更新的版本写成（格式 {written_in}），本版只认识到 {known}：请升级后再读")
