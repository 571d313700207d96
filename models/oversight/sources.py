"""What becomes a task of the pool by itself (督导事项的由来), and under which number.

The number follows from the entry that is the cause, so that a cause seen twice opens one task.
"""

from __future__ import annotations

from typing import Any

from models.actions import Action
from models.codes import LookBackResult, OversightKind, RequestType
from models.ledger import digest

ACTIONS = frozenset({Action.REGISTERED, Action.COMPLAINED, Action.LOOK_BACK_DUE, Action.LOOKED_BACK})
"""Entries of a case that may open a task, or bring one to its end."""

HOLE_LETTER, TASK_LETTER = "L", "D"


def of_case_entry(action: str, detail: dict[str, Any]) -> tuple[OversightKind, str] | None:
    """The kind of task that an entry of a case opens, and what it says; None for most entries."""
    if action == Action.REGISTERED and detail.get("request_type") == RequestType.CONDUCT:
        return OversightKind.CONDUCT, f"作风投诉，登记时抄送：{detail['narrative']}"
    if action == Action.COMPLAINED:
        return OversightKind.COMPLAINT, f"反映人投诉：{detail['reason']}"
    if action == Action.LOOK_BACK_DUE:
        return OversightKind.LOOK_BACK, "归档期满，请安排回头看"
    return None


def settled_by(action: str, detail: dict[str, Any]) -> tuple[OversightKind, str] | None:
    """The kind of task that an entry of a case brings to its end, and with what result; None for most entries."""
    if action == Action.LOOKED_BACK:
        return OversightKind.LOOK_BACK, f"已回头看：{LookBackResult(detail['result']).label}"
    return None


def task_number(ledger: str, seq: int) -> str:
    """The number of the task that an entry opens: it names the ledger, which supervision may read."""
    return f"{ledger}-{TASK_LETTER}{seq}"


def own_number(division: str, token: str) -> str:
    """The number of a task that supervision set itself."""
    return f"{division}-{TASK_LETTER}{token}"


def hole_number(division: str, source: str) -> str:
    """The number of a hole: its owner must not be able to tell from which inquiry it comes."""
    return f"{division}-{HOLE_LETTER}{digest(source)[:10]}"
