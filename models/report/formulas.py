"""公式: the figures of the monthly analysis, with the cases behind each (R77, R85; RP2, RP3). Pure.

Changed formulas take the next number; an analysis keeps the number of its formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.codes import Outcome, Stage
from models.report.facts import CaseFacts

FORMULAS = 3
"""The number of these formulas.

2: places without a window; cases and beneficiaries of each solution. 3: a case counts where it was at the end of the
month, even if it moved since; a solution counts where it was applied in the month.
"""

TOP = 3
"""Most prominent matters, windows and situations (玄武: 最为突出的事项、窗口、情形)."""

SATISFIED = 3
"""基本满意 and better of the five (国办发〔2019〕51号)."""


@dataclass
class Figures:
    """Figures with the cases behind them, by the figure's name."""

    values: dict[str, Any] = field(default_factory=dict)
    cases: dict[str, list[str]] = field(default_factory=dict)

    def count(self, name: str, cases: Iterable[CaseFacts]) -> None:
        """Set a figure to the number of these cases."""
        self.values[name] = self.behind(name, cases)

    def behind(self, name: str, cases: Iterable[CaseFacts]) -> int:
        """Keep the cases behind a figure or a part of one; return their number."""
        self.cases[name] = sorted(case.case_no for case in cases)
        return len(self.cases[name])

    def rate(self, name: str, part: str, whole: str) -> None:
        """Set a figure to a share in per cent; None where the whole is 0."""
        self.values[name] = percent(self.values[part], self.values[whole])


def percent(part: int, whole: int) -> float | None:
    """A share in per cent with two places; None where the whole is 0."""
    return round(100 * part / whole, 2) if whole else None


@dataclass(slots=True)
class Month:
    """A district's month (or its past part), with its cases as they stood at the end."""

    since: datetime
    until: datetime
    cases: list[CaseFacts] = field(default_factory=list)
    """The cases held by the district at the end, if they were open then or changed in the month."""
    windows: Mapping[str, str] = field(default_factory=dict)
    """The district's windows, code to name."""
    solutions: Mapping[str, str] = field(default_factory=dict)
    """The solutions in force at the end, number to title."""
    places: Mapping[str, str | None] = field(default_factory=dict)
    """The district's places of service, each with its window's code, if any."""

    def within(self, at: datetime | None) -> bool:
        """Whether an instant lies in this month."""
        return at is not None and self.since <= at < self.until


def figures(month: Month) -> Figures:
    """All figures of a month."""
    result = Figures()
    registered = [case for case in month.cases if month.within(case.registered_at)]
    result.count("registered", registered)
    _responses(result, registered)
    _endings(result, month)
    _satisfaction(result, month)
    _parts(result, "by_channel", registered, lambda case: [case.channel])
    _parts(result, "by_applicant", registered, lambda case: [case.applicant])
    _parts(result, "by_category", registered, lambda case: [case.category or "undiagnosed"])
    _parts(result, "by_unit", registered, lambda case: [case.unit])
    _parts(result, "by_cause", registered, lambda case: case.causes)
    _prominent(result, registered)
    _departments(result, month)
    _windows(result, month, registered)
    result.count("refusals", [case for case in month.cases if any(map(month.within, case.refusals))])
    result.count("policy_findings", [case for case in month.cases if case.bad_policy])
    _parts(result, "by_sign", month.cases, lambda case: dict.fromkeys(case.signs))
    _solutions(result, month)
    return result


def _responses(figures: Figures, registered: Sequence[CaseFacts]) -> None:
    """响应率: answered in time, of all answered or late. Cases not due yet do not count."""
    due = [case for case in registered if case.first_answer_at or case.answered_late]
    figures.count("response_due", due)
    figures.count("responded", [case for case in due if case.first_answer_at and not case.answered_late])
    figures.rate("response_rate", "responded", "response_due")


def _endings(figures: Figures, month: Month) -> None:
    """办结 is not 办成; 按时办结率 excludes cases that could not be done at all."""
    resolved = [case for case in month.cases if month.within(case.resolved_at)]
    figures.count("resolved", resolved)
    figures.count("done", [case for case in resolved if case.outcome == Outcome.DONE])
    figures.rate("done_rate", "done", "resolved")
    due = [case for case in month.cases if case.doable and (month.within(case.resolved_at) or _late_and_open(case))]
    figures.count("on_time_due", due)
    figures.count("on_time", [case for case in due if not case.overdue])
    figures.rate("on_time_rate", "on_time", "on_time_due")
    figures.count("open", [case for case in month.cases if is_open(case)])
    figures.count("overdue_open", [case for case in month.cases if _late_and_open(case)])
    figures.count("declined", [case for case in month.cases if case.stage == Stage.DECLINED])


def is_open(case: CaseFacts) -> bool:
    """Whether the case was still open (在办)."""
    return case.resolved_at is None and case.outcome is None and not case.merged and not _gone(case)


def _gone(case: CaseFacts) -> bool:
    return case.stage in (Stage.DECLINED, Stage.WITHDRAWN, Stage.ARCHIVED)


CUMULATIVE: dict[str, Callable[[CaseFacts], bool]] = {
    "registered": lambda case: True,
    "resolved": lambda case: case.resolved_at is not None,
    "done": lambda case: case.outcome == Outcome.DONE,
    "open": is_open,
}
"""累计: over all years, for every case that the district held at the end (R12)."""


def _late_and_open(case: CaseFacts) -> bool:
    return is_open(case) and case.overdue


def _satisfaction(figures: Figures, month: Month) -> None:
    """满意率: of evaluated cases only; the 评价率 shows how many were evaluated."""
    asked = [case for case in month.cases if month.within(case.resolved_at)]
    evaluated = [case for case in asked if case.score is not None]
    figures.count("evaluated", evaluated)
    figures.count("satisfied", [case for case in evaluated if (case.score or 0) >= SATISFIED])
    figures.rate("satisfaction_rate", "satisfied", "evaluated")
    figures.rate("evaluation_rate", "evaluated", "resolved")


Parts = Callable[[CaseFacts], Iterable[str]]
"""The parts of a figure that a case belongs to."""


def _grouped(cases: Iterable[CaseFacts], parts: Parts) -> dict[str, list[CaseFacts]]:
    """The cases of each part, the largest part first."""
    by: dict[str, list[CaseFacts]] = {}
    for case in cases:
        for part in parts(case):
            by.setdefault(part, []).append(case)
    return dict(sorted(by.items(), key=lambda item: (-len(item[1]), item[0])))


def _parts(figures: Figures, name: str, cases: Iterable[CaseFacts], parts: Parts) -> None:
    by = _grouped(cases, parts)
    figures.values[name] = {part: figures.behind(f"{name}.{part}", by[part]) for part in by}


def _prominent(figures: Figures, registered: Sequence[CaseFacts]) -> None:
    """每月最突出的事项、窗口、情形: the three with the most cases of each kind, with their shares."""
    kinds: dict[str, Parts] = {
        "matter": lambda case: [case.matter] if case.matter else [],
        "window": lambda case: [case.unit],
        "situation": lambda case: [f"{case.category}/{cause}" for cause in case.causes if case.category],
    }
    top = []
    for kind, parts in kinds.items():
        for part, grouped in list(_grouped(registered, parts).items())[:TOP]:
            cases = figures.behind(f"top.{kind}.{part}", grouped)
            top.append({"kind": kind, "what": part, "cases": cases, "share": percent(cases, len(registered))})
    figures.values["top"] = top


TIERS = (("good", "好", 95.0), ("fair", "一般", 80.0), ("poor", "待改进", 0.0))
"""分档 by on-time rate; 本系统约定: tiers instead of ranks (国办函〔2025〕66号: 不片面追求排名)."""

FEWEST = 5
"""Below this number of cases there is no tier."""


def tier(rate: float | None, cases: int) -> str | None:
    """The tier of an on-time rate, or None."""
    if rate is None or cases < FEWEST:
        return None
    return next(code for code, _, least in TIERS if rate >= least)


LATE = ".late"
"""Suffix for the late cases of a department or window."""


def _lines(
    figures: Figures, name: str, by: Mapping[str, Sequence[CaseFacts]], is_late: Callable[[CaseFacts, str], bool]
) -> dict[str, dict[str, Any]]:
    lines = {}
    for unit in sorted(by):
        cases = figures.behind(f"{name}.{unit}", by[unit])
        late = figures.behind(f"{name}.{unit}{LATE}", (case for case in by[unit] if is_late(case, unit)))
        rate = percent(cases - late, cases)
        lines[unit] = {"cases": cases, "late": late, "on_time_rate": rate, "tier": tier(rate, cases)}
    return lines


def _departments(figures: Figures, month: Month) -> None:
    """部门: cases with its tasks, and in how many it was late."""
    by = _grouped(month.cases, lambda case: case.departments)
    figures.values["departments"] = _lines(figures, "departments", by, lambda case, unit: unit in case.late_departments)


def _windows(figures: Figures, month: Month, registered: Sequence[CaseFacts]) -> None:
    """窗口: due cases, and how many were overdue. 零件窗口: quiet, or merely formal (R75)."""
    ended = set(figures.cases["on_time_due"])
    by = _grouped((case for case in month.cases if case.case_no in ended), lambda case: [case.unit])
    figures.values["windows"] = _lines(figures, "windows", by, lambda case, unit: case.overdue)
    figures.values["zero_windows"] = sorted(set(month.windows) - {case.unit for case in registered})
    figures.values["places_without_window"] = [name for name, at in month.places.items() if at not in month.windows]


def _solutions(figures: Figures, month: Month) -> None:
    """一类事: the month's cases and people to which each was applied (R82)."""
    by = _grouped(month.cases, lambda case: [number for number, at in case.applied if month.within(at)])
    figures.values["solutions_published"] = len(month.solutions)
    figures.values["solutions"] = {
        number: {
            "title": month.solutions.get(number, number),
            "cases": figures.behind(f"solutions.{number}", by.get(number, ())),
            "people": len({case.beneficiary for case in by.get(number, ())}),
        }
        for number in dict.fromkeys((*by, *sorted(month.solutions)))
    }
