"""The checks after a trial (核对): the departments' own counts, the ledger, the answers to callbacks."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

RECORDED = {"sign": "signed", "reply": "replied", "return": "returned", "extend": "extended"}
ANSWERED = {"proper": "200", "twice": "200", "replay": "200", "forged": "401", "stale": "401"}
"""The required status for each sort of callback."""

Counts = dict[str, dict[str, Any]]
"""Each department's own count, as `Received.shown` gives it."""


def violations(
    connection: Any, expected: dict[str, str], counts: Counts, behaviour: dict[str, dict[str, Any]]
) -> list[str]:
    """Everything that was lost, doubled or accepted from a stranger; empty when all is well."""
    ledger = _ledger(connection)
    return [
        *_tasks(expected, counts),
        *_reports(ledger, expected),
        *_acts(ledger, expected, behaviour),
        *_answers(counts),
    ]


def _tasks(expected: dict[str, str], counts: Counts) -> Iterable[str]:
    """Each department's own count has each of its tasks exactly once, and no other."""
    for unit, count in counts.items():
        mine = {key for key, owner in expected.items() if owner == unit}
        for key in mine | set(count["assignments"]):
            times = count["assignments"].get(key, 0)
            if times != (1 if key in mine else 0):
                yield f"{unit} 收到任务 {key} {times} 次"
        yield from (f"{unit} 两次收到 {again}，内容不同" for again in count["contradictions"])


def _ledger(connection: Any) -> Counter[tuple[str, str]]:
    """The count of each action in the ledger, by assignment."""
    statement = (
        "SELECT case_no || '/' || (detail->>'assignment_id'), action FROM entries WHERE detail ? 'assignment_id'"
    )
    return Counter(tuple(row) for row in connection.execute(statement).fetchall())


def _reports(ledger: Counter[tuple[str, str]], expected: dict[str, str]) -> Iterable[str]:
    """Each delivery is reported to its case exactly once."""
    for key, unit in expected.items():
        delivered, failed = ledger[key, "delivered"], ledger[key, "delivery_failed"]
        if (delivered, failed) != (1, 0):
            yield f"{unit} 的 {key} 在台账里送达 {delivered} 次、失败 {failed} 次"


def _acts(
    ledger: Counter[tuple[str, str]], expected: dict[str, str], behaviour: dict[str, dict[str, Any]]
) -> Iterable[str]:
    """The ledger has each department's acts exactly once, and no others."""
    for key, unit in expected.items():
        for command, action in RECORDED.items():
            wanted, count = int(command in behaviour[unit]["acts"]), ledger[key, action]
            if count != wanted:
                yield f"{unit} 对 {key} 的 {command} 在台账里出现 {count} 次，应为 {wanted} 次"


def _answers(counts: Counts) -> Iterable[str]:
    """Every callback got the status required for its sort."""
    for unit, count in counts.items():
        for answer, times in count["answers"].items():
            sort, status = answer.split()
            if status != ANSWERED[sort]:
                yield f"{unit} 的 {sort} 回调有 {times} 次答 {status}"


def figures(connection: Any, counts: Counts) -> dict[str, dict[str, Any]]:
    """Figures of each department: tasks, repetitions, and seconds until arrival."""
    statement = "SELECT case_no, at FROM entries WHERE action = 'assigned'"
    sent: dict[str, datetime] = dict(connection.execute(statement).fetchall())
    measured = {}
    for unit, count in counts.items():
        notices = [notice for notice in count["notices"].values() if notice["said"]["event"] == "assignment"]
        waits = sorted(
            (datetime.fromisoformat(notice["received_at"]) - sent[notice["said"]["case_no"]]).total_seconds()
            for notice in notices
        )
        measured[unit] = {
            "tasks": len(notices),
            "calls": count["calls"],
            "repeated": sum(notice["times"] - 1 for notice in notices),
            "callbacks": count["answers"],
            "arrival_seconds": {"p50": _at(waits, 0.5), "p95": _at(waits, 0.95), "max": _at(waits, 1.0)},
        }
    return measured


def _at(ordered: list[float], share: float) -> float | None:
    """That quantile of an ordered list; None of an empty one."""
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2) if ordered else None
