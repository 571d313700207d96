"""Entries that open tasks automatically (督导事项的由来), and the tasks' numbers.

The number follows from the causing entry, so that a cause seen twice opens one task.
"""

from __future__ import annotations

from typing import Any

from models.actions import Action
from models.codes import LookBackResult, OversightKind, RequestType
from models.ledger import digest

ACTIONS = frozenset({Action.REGISTERED, Action.COMPLAINED, Action.LOOK_BACK_DUE, Action.LOOKED_BACK})
"""Actions of a case that may open or settle a task."""

HOLE_LETTER, TASK_LETTER = "L", "D"


def of_case_entry(action: str, detail: dict[str, Any]) -> tuple[OversightKind, str] | None:
    """The kind and text of the task that a case's entry opens; None for most entries."""
    if action == Action.REGISTERED and detail.get("request_type") == RequestType.CONDUCT:
        return OversightKind.CONDUCT, f"作风投诉，登记时抄送：{detail['narrative']}"
    if action == Action.COMPLAINED:
        return OversightKind.COMPLAINT, f"反映人投诉：{detail['reason']}"
    if action == Action.LOOK_BACK_DUE:
        return OversightKind.LOOK_BACK, "归档期满，请安排回头看"
    return None


def settled_by(action: str, detail: dict[str, Any]) -> tuple[OversightKind, str] | None:
    """The kind of task that a case's entry settles, and the result; None for most entries."""
    if action == Action.LOOKED_BACK:
        return OversightKind.LOOK_BACK, f"已回头看：{LookBackResult(detail['result']).label}"
    return None


def task_number(ledger: str, seq: int) -> str:
    """The number of the task opened by an entry; it names the ledger, which supervision may read."""
    return f"{ledger}-{TASK_LETTER}{seq}"


def own_number(division: str, token: str) -> str:
    """The number of a task set by supervision itself."""
    return f"{division}-{TASK_LETTER}{token}"


def hole_number(division: str, source: str) -> str:
    """The number of a control gap; it does not reveal the inquiry to its owner."""
    return f"{division}-{HOLE_LETTER}{digest(source)[:10]}"
