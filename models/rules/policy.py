"""Policy (政策档): a place's limits, settings and doubt rules, each figure with its source.

A place overrides what differs; everything else is the base's. Both are parts of a rule set (models/rules).
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from models.rules.errors import RulesError


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value, its unit (wd working days, d natural days, or none) and its source."""

    value: Any
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule of the 三查 (疑点规则): its check and code (A1 to C2), and whether it blocks archiving."""

    check: str
    code: str
    kind: str
    """`finding` waits for a supervisor, `sign` is counted and shown (contract.md, Checkpoints)."""
    title: str
    source: str


@dataclass(frozen=True)
class Policy:
    """A place's figures: its own over the base's."""

    code: str
    name: str
    division: str
    limits: Mapping[str, Figure]
    settings: Mapping[str, Figure]
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    newer: "Policy | None" = None
    """Today's policy, for figures that are newer than these rules: old cases go on under new acts."""

    def days(self, limit: str) -> int:
        """A limit's days, working days unless it is natural."""
        return int(self._figure("limits", limit).value)

    def is_natural(self, limit: str) -> bool:
        """Whether the limit counts natural days (自然日)."""
        return self._figure("limits", limit).unit == "d"

    def setting(self, name: str) -> Any:
        """A figure other than a limit."""
        return self._figure("settings", name).value

    def _figure(self, kind: str, name: str) -> Figure:
        figure: Figure | None = getattr(self, kind).get(name)
        if figure is None and self.newer is not None:
            figure = getattr(self.newer, kind).get(name)
        if figure is None:
            raise RulesError(f"政策档 {self.code} 没有 {kind}.{name}，请补上后重试")
        return figure

    @property
    def close_of_business(self) -> time:
        """When offices close."""
        return time.fromisoformat(self.setting("close_of_business"))

    @property
    def opening_of_business(self) -> time:
        """When offices open."""
        return time.fromisoformat(self.setting("opening_of_business"))

    @property
    def stamps(self) -> bool:
        """Whether an accepted case is stamped 办NO.成事 (萧山)."""
        return bool(self.setting("stamps"))

    @property
    def asks(self) -> bool:
        """Whether the three asks (三问) are required when a case is resolved (富阳)."""
        return bool(self.setting("asks"))

    @property
    def poor_scores(self) -> frozenset[int]:
        """Scores that open a rectification (差评)."""
        return frozenset(self.setting("poor_scores"))

    @property
    def duplicate_days(self) -> int:
        """Days within which a similar case counts as a likely duplicate."""
        return int(self.setting("duplicate_days"))

    @property
    def samples_look_backs(self) -> bool:
        """Whether only a share of the archived cases gets a look-back (抽查)."""
        return float(self.setting("look_back_share")) < 1

    @property
    def idle_hours(self) -> int:
        """Hours without an act until the head is alerted (久无进展); 0 for never."""
        return int(self.setting("idle_hours"))

    @property
    def complaints_a_day(self) -> int:
        """Complaints that a case accepts per day (投诉次数)."""
        return int(self.setting("complaints_a_day"))

    @property
    def repair_cases(self) -> int:
        """Number of similar cases that opens a systemic repair (类案治理)."""
        return int(self.setting("repair_cases"))

    @property
    def repair_within(self) -> int:
        """Natural days, counted back from the newest case."""
        return int(self.setting("repair_within"))


_HEADER = frozenset({"name", "division"})
_KEYS = {
    "limits": frozenset({"days", "unit", "source"}),
    "settings": frozenset({"value", "source"}),
    "doubts": frozenset({"check", "code", "kind", "title", "source"}),
}
_CHECKS = {"shirking": ("A1", "A2"), "unclear_duty": ("B1", "B2"), "bad_policy": ("C1", "C2")}
_KINDS = ("finding", "sign")


def resolve(code: str, own: Mapping[str, Any], base: Mapping[str, Any], newer: Policy | None = None) -> Policy:
    """A place's own figures over the base's. Raises RulesError with the fault."""
    _only_known("基准政策档", base, set(_KEYS))
    _only_known(f"政策档 {code}", own, _HEADER | set(_KEYS))
    if missing := _HEADER - set(own):
        raise RulesError(f"政策档 {code} 缺少 {min(missing)}，请补上")
    tables: dict[str, dict[str, Any]] = {}
    for kind in _KEYS:
        known = base.get(kind, {})
        _only_known(f"政策档 {code} 的 {kind}", own.get(kind, {}), set(known))
        merged = {**known, **own.get(kind, {})}
        tables[kind] = {key: _item(f"政策档 {code} 的 {kind}.{key}", kind, value) for key, value in merged.items()}
    return Policy(code, own["name"], own["division"], **tables, newer=newer)


def _item(where: str, kind: str, item: Any) -> Figure | Doubt:
    if not isinstance(item, Mapping):
        raise RulesError(f"{where} 缺少来源，请写成数值、来源（source）两行")
    _only_known(where, item, _KEYS[kind])
    return _doubt(where, item) if kind == "doubts" else _figure(where, kind, item)


def _doubt(where: str, item: Mapping[str, Any]) -> Doubt:
    if missing := _KEYS["doubts"] - {key for key, value in item.items() if value}:
        raise RulesError(f"{where} 缺少 {min(missing)}，请补上")
    if item["code"] not in _CHECKS.get(item["check"], ()) or item["kind"] not in _KINDS:
        raise RulesError(f"{where} 的三查、代码或种类不对：代码 A1 至 C2 须与三查一致，种类为 finding 或 sign")
    return Doubt(**item)


def _figure(where: str, kind: str, item: Mapping[str, Any]) -> Figure:
    value = item.get("days" if kind == "limits" else "value")
    if value is None or not item.get("source"):
        raise RulesError(f"{where} 缺少数值或来源（source）")
    if kind == "settings":
        return Figure(value, "", item["source"])
    unit = item.get("unit", "wd")
    if type(value) is not int or value < 1 or unit not in ("wd", "d"):
        raise RulesError(f"{where} 应为不小于 1 的整数天数，单位为 wd（工作日）或 d（自然日）")
    return Figure(value, unit, item["source"])


def _only_known(where: str, item: Mapping[str, Any], known: Set[str]) -> None:
    if unknown := set(item) - known:
        raise RulesError(f"{where} 有不认识的项 {min(unknown)}，请核对拼写")
