"""Step by step (逐步回放): each entry with its rule and the working days it took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from models.actions import ACTIONS
from models.calendar import ONE_DAY, BusinessCalendar, beijing_date
from models.case import CASE, Case, clock
from models.ledger import Entry, people_of, stamp_time


def steps(case_no: str, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Each entry with the case's state after it, and the days since the previous entry, counted or skipped."""
    case, rows, since = Case(case_no), [], None
    for entry in entries:
        days: list[dict[str, str]] = _days(case, since, entry.at) if since else []
        case.apply(entry)
        state = case.state
        rows.append(
            {
                "seq": entry.seq,
                "at": stamp_time(entry.at),
                "action": entry.action,
                "title": ACTIONS[entry.action],
                "by": people_of(entry),
                "role": entry.role,
                "unit": entry.unit,
                "rule": _rule(case, entry),
                "detail": {name: value for name, value in entry.detail.items() if name not in ("opening", "calendar")},
                "stage": state.stage,
                "clock": {"state": clock.shown_state(case), "used_working_days": _used(case, entry.at)},
                "limits": {key: stamp_time(limit.due) for key, limit in state.limits.items()},
                "running": [
                    {"title": CASE.limit_rules[limit.kind].title, "ref": limit.ref, "due_at": stamp_time(limit.due)}
                    for limit in state.limits.values()
                ],
                "days": days,
            }
        )
        since = entry.at
    return rows


def _used(case: Case, at: datetime) -> int | None:
    return clock.used(case.state.clock, case.calendar, at) if case.state.clock.start else None


def _rule(case: Case, entry: Entry) -> str:
    """The rule in words: the limit that passed, with its source; else who acted."""
    key = str(entry.detail.get("limit", ""))
    kind = key.partition(":")[0]
    if kind in CASE.limit_rules:
        figure = case.policy.limits.get(kind)
        return f"{CASE.limit_rules[kind].title}（{figure.source}）" if figure else CASE.limit_rules[kind].title
    return "系统按规则自动记录" if entry.actor == "system" else "工作人员或反映人办理"


def _days(case: Case, since: datetime, until: datetime) -> list[dict[str, str]]:
    """Each day whose close of business lies between two entries: whether it counted, and why not."""
    days: list[dict[str, str]] = []
    day = beijing_date(since)
    while day <= beijing_date(until):
        close = case.calendar.close_of(day)
        if since < close <= until:
            days.append({"date": day.isoformat(), **_day(case, case.calendar, day)})
        day += ONE_DAY
    return days


def _day(case: Case, calendar: BusinessCalendar, day: date) -> dict[str, str]:
    """Whether a day counted. The clock's state does not change between two entries."""
    running = case.state.clock
    if not calendar.is_workday(day):
        return {"counted": "no", "why": calendar.why_off(day)}
    if running.start is None:
        return {"counted": "no", "why": "案件时钟尚未起算"}
    if running.state == clock.PAUSED:
        return {"counted": "no", "why": "等待反映人补正，时钟暂停"}
    if running.state == clock.STOPPED:
        return {"counted": "no", "why": "已经答复，时钟停止"}
    if day <= beijing_date(running.start):
        return {"counted": "no", "why": "起算当日不计"}
    return {"counted": "yes", "why": ""}
