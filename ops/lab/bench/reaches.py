"""Targets (目标), and the figures before "decided once" (revision f6c85fe, by this same bench)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reach:
    """A figure's upper bound, and its earlier value."""

    title: str
    at_most: float
    before: float | None
    """None if not measured then."""


REACHES = {
    "cpu_ratio": Reach("CPU，参照案件与地板之比", 1.30, 1.81),
    "api_cpu_ratio": Reach("接口 CPU，一条指令与空请求之比", 3, 8.5),
    "sql_statements": Reach("参照案件的数据库语句", 50, 100),
    "history_bytes": Reach("参照案件的历史字节", 14 * 1024, 10_390),
    "idle_statements_a_second": Reach("空闲时每秒数据库语句", 4, 31.4),
    "get_to_empty": Reach("查看一件案与空请求之比", 6, None),
    "list_to_empty": Reach("列表二十件与空请求之比", 8, None),
}


def lines(figures: dict[str, Any]) -> list[str]:
    """Each figure with its earlier value and its target."""
    rows = []
    for name, reach in REACHES.items():
        value = figures[name]
        figure = value[0] if isinstance(value, list) else value
        spread = f"（{value[1]:g}–{value[2]:g}）" if isinstance(value, list) else ""
        held = "达到" if figure <= reach.at_most else "未达到"
        before = f"  此前 {reach.before:g}" if reach.before is not None else ""
        rows.append(f"{held}  {reach.title}  {figure:g}{spread}  目标 ≤ {reach.at_most:g}{before}")
    return rows
