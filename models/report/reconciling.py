"""总数与分数相符: totals must equal the sum of their parts and the ledger, or nothing is published (RP3). Pure.

宁波 published 31 cases, 3 of companies and 19 of people (seed 002): nine are missing, unnoticed.
"""

from collections.abc import Mapping
from typing import Any

WHOLE = ("by_channel", "by_applicant", "by_category", "by_unit")
"""Breakdowns in which every registered case counts exactly once."""


def differences(figures: Mapping[str, Any], in_ledger: int) -> list[str]:
    """The discrepancies, in words; empty if there are none."""
    total = figures["registered"]
    problems = []
    if total != in_ledger:
        problems.append(f"登记 {total} 件，台账中本月登记的有 {in_ledger} 条，相差 {abs(total - in_ledger)} 件")
    for name in WHOLE:
        if wrong := difference(total, figures[name]):
            problems.append(f"{name}：{wrong}")
    for part, whole in (("responded", "response_due"), ("on_time", "on_time_due"), ("done", "resolved")):
        if figures[part] > figures[whole]:
            problems.append(f"{part} {figures[part]} 件多于 {whole} {figures[whole]} 件")
    if figures["evaluated"] > figures["resolved"]:
        problems.append(f"评价 {figures['evaluated']} 件多于办结 {figures['resolved']} 件")
    return problems


def difference(total: int, parts: Mapping[str, int]) -> str | None:
    """Why these parts do not add up to the total, or None."""
    counted = sum(parts.values())
    if counted == total:
        return None
    terms = "＋".join(f"{name} {count}" for name, count in parts.items()) or "没有分项"
    return f"分项合计 {counted} 件（{terms}），与总数 {total} 件不符，相差 {abs(total - counted)} 件"
