"""公式: how each figure of the monthly analysis is counted, with the cases behind it (R77, R85; RP2, RP3). Pure.

Changed formulas take the next number; an analysis keeps the number it was drawn up by.
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

2: places without a window; of each solution the cases and whom they were for. 3: a case counts where it was at the end
of the month, though it moved since; a solution counts where it was applied in the month.
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
        """A figure that is the number of these cases."""
        self.values[name] = self.behind(name, cases)

    def behind(self, name: str, cases: Iterable[CaseFacts]) -> int:
        """The cases behind a part of a figure; how many they are."""
        self.cases[name] = sorted(case.case_no for case in cases)
        return len(self.cases[name])

    def rate(self, name: str, part: str, whole: str) -> None:
        """A figure that is a share, in per cent with two places; None where there is nothing to divide by."""
        self.values[name] = percent(self.values[part], self.values[whole])


def percent(part: int, whole: int) -> float | None:
    """A share in per cent, two places; None of nothing."""
    return round(100 * part / whole, 2) if whole else None


@dataclass(slots=True)
class Month:
    """A month of a district (or as much of it as is over), and how its cases stood at the end."""

    since: datetime
    until: datetime
    cases: list[CaseFacts] = field(default_factory=list)
    """Every case that the district held at the end and that was open then, or in which something happened meanwhile."""
    windows: Mapping[str, str] = field(default_factory=dict)
    """The district's windows, code to name."""
    solutions: Mapping[str, str] = field(default_factory=dict)
    """The solutions in force at the end, number to title."""
    places: Mapping[str, str | None] = field(default_factory=dict)
    """The district's places of service, each with the code of its window, if it has one."""

    def within(self, at: datetime | None) -> bool:
        """Whether it happened in this month."""
        return at is not None and self.since <= at < self.until


def figures(month: Month) -> Figures:
    """Everything that is counted of a month."""
    found = Figures()
    registered = [case for case in month.cases if month.within(case.registered_at)]
    found.count("registered", registered)
    _responses(found, registered)
    _endings(found, month)
    _satisfaction(found, month)
    _parts(found, "by_channel", registered, lambda case: [case.channel])
    _parts(found, "by_applicant", registered, lambda case: [case.applicant])
    _parts(found, "by_category", registered, lambda case: [case.category or "undiagnosed"])
    _parts(found, "by_unit", registered, lambda case: [case.unit])
    _parts(found, "by_cause", registered, lambda case: case.causes)
    _prominent(found, registered)
    _departments(found, month)
    _windows(found, month, registered)
    found.count("refusals", [case for case in month.cases if any(map(month.within, case.refusals))])
    found.count("policy_findings", [case for case in month.cases if case.bad_policy])
    _parts(found, "by_sign", month.cases, lambda case: dict.fromkeys(case.signs))
    _solutions(found, month)
    return found


def _responses(found: Figures, registered: Sequence[CaseFacts]) -> None:
    """响应率: answered in time, of all that were answered or are late. What is not due yet is not counted."""
    due = [case for case in registered if case.first_answer_at or case.answered_late]
    found.count("response_due", due)
    found.count("responded", [case for case in due if case.first_answer_at and not case.answered_late])
    found.rate("response_rate", "responded", "response_due")


def _endings(found: Figures, month: Month) -> None:
    """办结 is not 办成; 按时办结率 leaves out what could not be done at all."""
    resolved = [case for case in month.cases if month.within(case.resolved_at)]
    found.count("resolved", resolved)
    found.count("done", [case for case in resolved if case.outcome == Outcome.DONE])
    found.rate("done_rate", "done", "resolved")
    due = [case for case in month.cases if case.doable and (month.within(case.resolved_at) or _late_and_open(case))]
    found.count("on_time_due", due)
    found.count("on_time", [case for case in due if not case.overdue])
    found.rate("on_time_rate", "on_time", "on_time_due")
    found.count("open", [case for case in month.cases if is_open(case)])
    found.count("overdue_open", [case for case in month.cases if _late_and_open(case)])
    found.count("declined", [case for case in month.cases if case.stage == Stage.DECLINED])


def is_open(case: CaseFacts) -> bool:
    """Whether the case was not over yet (在办)."""
    return case.resolved_at is None and case.outcome is None and not case.merged and not _gone(case)


def _gone(case: CaseFacts) -> bool:
    return case.stage in (Stage.DECLINED, Stage.WITHDRAWN, Stage.ARCHIVED)


CUMULATIVE: dict[str, Callable[[CaseFacts], bool]] = {
    "registered": lambda case: True,
    "resolved": lambda case: case.resolved_at is not None,
    "done": lambda case: case.outcome == Outcome.DONE,
    "open": is_open,
}
"""累计: counted over all the years, of every case that the district held at the end (R12)."""


def _late_and_open(case: CaseFacts) -> bool:
    return is_open(case) and case.overdue


def _satisfaction(found: Figures, month: Month) -> None:
    """满意率: of those who said something. Who said nothing is not satisfied: the 评价率 stands beside it."""
    asked = [case for case in month.cases if month.within(case.resolved_at)]
    evaluated = [case for case in asked if case.score is not None]
    found.count("evaluated", evaluated)
    found.count("satisfied", [case for case in evaluated if (case.score or 0) >= SATISFIED])
    found.rate("satisfaction_rate", "satisfied", "evaluated")
    found.rate("evaluation_rate", "evaluated", "resolved")


Parts = Callable[[CaseFacts], Iterable[str]]
"""Which parts of a figure a case belongs to."""


def _grouped(cases: Iterable[CaseFacts], parts: Parts) -> dict[str, list[CaseFacts]]:
    """The cases of each part, the part with the most of them first."""
    by: dict[str, list[CaseFacts]] = {}
    for case in cases:
        for part in parts(case):
            by.setdefault(part, []).append(case)
    return dict(sorted(by.items(), key=lambda item: (-len(item[1]), item[0])))


def _parts(found: Figures, name: str, cases: Iterable[CaseFacts], parts: Parts) -> None:
    by = _grouped(cases, parts)
    found.values[name] = {part: found.behind(f"{name}.{part}", by[part]) for part in by}


def _prominent(found: Figures, registered: Sequence[CaseFacts]) -> None:
    """每月最突出的事项、窗口、情形: the three of each with the most cases, each with its share."""
    kinds: dict[str, Parts] = {
        "matter": lambda case: [case.matter] if case.matter else [],
        "window": lambda case: [case.unit],
        "situation": lambda case: [f"{case.category}/{cause}" for cause in case.causes if case.category],
    }
    top = []
    for kind, parts in kinds.items():
        for part, grouped in list(_grouped(registered, parts).items())[:TOP]:
            cases = found.behind(f"top.{kind}.{part}", grouped)
            top.append({"kind": kind, "what": part, "cases": cases, "share": percent(cases, len(registered))})
    found.values["top"] = top


TIERS = (("good", "好", 95.0), ("fair", "一般", 80.0), ("poor", "待改进", 0.0))
"""分档 by the share in time; 本系统约定: tiers instead of ranks (国办函〔2025〕66号: 不片面追求排名)."""

FEWEST = 5
"""Too few cases to judge anybody by have no tier."""


def tier(rate: float | None, cases: int) -> str | None:
    """The tier of a share in time, or None."""
    if rate is None or cases < FEWEST:
        return None
    return next(code for code, _, least in TIERS if rate >= least)


LATE = ".late"
"""How the late cases of a department or window are named, after its own name."""


def _lines(
    found: Figures, name: str, by: Mapping[str, Sequence[CaseFacts]], is_late: Callable[[CaseFacts, str], bool]
) -> dict[str, dict[str, Any]]:
    lines = {}
    for unit in sorted(by):
        cases = found.behind(f"{name}.{unit}", by[unit])
        late = found.behind(f"{name}.{unit}{LATE}", (case for case in by[unit] if is_late(case, unit)))
        rate = percent(cases - late, cases)
        lines[unit] = {"cases": cases, "late": late, "on_time_rate": rate, "tier": tier(rate, cases)}
    return lines


def _departments(found: Figures, month: Month) -> None:
    """部门: cases with a task of it, and in how many it was late."""
    by = _grouped(month.cases, lambda case: case.departments)
    found.values["departments"] = _lines(found, "departments", by, lambda case, unit: unit in case.late_departments)


def _windows(found: Figures, month: Month, registered: Sequence[CaseFacts]) -> None:
    """窗口: cases that came to an end there, and how many too late. 零件窗口: quiet, or only form (R75)."""
    ended = set(found.cases["on_time_due"])
    by = _grouped((case for case in month.cases if case.case_no in ended), lambda case: [case.unit])
    found.values["windows"] = _lines(found, "windows", by, lambda case, unit: case.overdue)
    found.values["zero_windows"] = sorted(set(month.windows) - {case.unit for case in registered})
    found.values["places_without_window"] = [name for name, at in month.places.items() if at not in month.windows]


def _solutions(found: Figures, month: Month) -> None:
    """一类事: in how many cases of the month each was applied, and for how many people (R82)."""
    by = _grouped(month.cases, lambda case: [number for number, at in case.applied if month.within(at)])
    found.values["solutions_published"] = len(month.solutions)
    found.values["solutions"] = {
        number: {
            "title": month.solutions.get(number, number),
            "cases": found.behind(f"solutions.{number}", by.get(number, ())),
            "people": len({case.beneficiary for case in by.get(number, ())}),
        }
        for number in dict.fromkeys((*by, *sorted(month.solutions)))
    }
