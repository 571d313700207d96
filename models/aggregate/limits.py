"""Limits (时限): arming, settling and reading them.

A limit is a row of the table in contract.md, "How a case moves". The policy profile sets its length; the act it belongs
to says what happens when it passes (`@expires`). This file knows no kinds.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from models.actions import Action
from models.aggregate.command import SYSTEM, Draft
from models.calendar import BusinessCalendar, beijing_date
from models.ledger import stamp_time

if TYPE_CHECKING:
    from models.aggregate.aggregate import Aggregate


class Limit(BaseModel):
    """A running limit (时限): holder, start, length and due date."""

    kind: str
    ref: str = ""
    holder: str = ""
    """The unit that gets the cards; empty where the applicant holds it (applicants get none)."""
    start: datetime
    days: int
    natural: bool = False
    """Natural days instead of working days (自然日)."""
    hours: int = 0
    """A limit of hours instead of days; it ends in business hours (工作时间)."""
    opening: time | None = None
    """When offices open; used by limits of hours only."""
    beyond: date | None = None
    """The day that never counts, where it is not the start day."""
    due: datetime
    warn: datetime | None = None
    """When the yellow card is given; None once given, or where there is none."""


def key_of(kind: str, ref: str = "") -> str:
    """The name of a limit within its case."""
    return f"{kind}:{ref}" if ref else kind


def arm(
    aggregate: Aggregate[Any],
    kind: str,
    start: datetime,
    *,
    holder: str = "",
    ref: str = "",
    days: int | None = None,
    beyond: date | None = None,
    total: int | None = None,
) -> Limit:
    """Start a limit (起算): `days` working days from `start`; without `days` the profile says how long.

    `beyond` is the day that never counts, by default the start day. The holder of a limit of two or more days (`total`,
    by default `days`) is warned one working day before it ends (黄牌). Applicants hold limits with an empty holder and
    are not warned.
    """
    natural = days is None and aggregate.policy.is_natural(kind)
    length = aggregate.policy.days(kind) if days is None else days
    limit = Limit(
        kind=kind, ref=ref, holder=holder, start=start, days=length, natural=natural, beyond=beyond, due=start
    )
    limit.due = due_of(limit, aggregate.calendar)
    if aggregate.registry.limit_rules[kind].warns and holder and (total or length) >= 2:
        limit.warn = aggregate.calendar.previous_close(limit.due)
    key = key_of(kind, ref)
    aggregate.state.limits[key] = limit
    aggregate.state.lapsed.pop(key, None)
    return limit


def arm_until(aggregate: Aggregate[Any], kind: str, start: datetime, day: date, *, holder: str) -> None:
    """Start a limit that ends at close of business of `day` (截止日); its holder is warned a working day before."""
    limit = Limit(kind=kind, holder=holder, start=start, days=(day - beijing_date(start)).days, natural=True, due=start)
    limit.due = due_of(limit, aggregate.calendar)
    warn = aggregate.calendar.previous_close(limit.due)
    limit.warn = warn if warn > start else None
    aggregate.state.limits[kind] = limit


def arm_hours(
    aggregate: Aggregate[Any], kind: str, start: datetime, hours: int, opening: time, *, holder: str
) -> Limit:
    """Start a limit of hours: it ends when they are over, or at the next opening of business."""
    limit = Limit(kind=kind, holder=holder, start=start, days=0, hours=hours, opening=opening, due=start)
    limit.due = due_of(limit, aggregate.calendar)
    aggregate.state.limits[kind] = limit
    aggregate.state.lapsed.pop(kind, None)
    return limit


def due_of(limit: Limit, calendar: BusinessCalendar) -> datetime:
    """When the limit ends under that calendar (到期): close of business of its last day."""
    if limit.opening:
        return calendar.next_open(limit.start + timedelta(hours=limit.hours), limit.opening)
    if limit.natural:
        return calendar.close_of(beijing_date(limit.start) + timedelta(days=limit.days))
    return calendar.nth_close(limit.start, limit.days, limit.beyond or beijing_date(limit.start))


def settle(aggregate: Aggregate[Any], kind: str, ref: str = "") -> None:
    """End a limit that was met or no longer matters (时限了结)."""
    aggregate.state.limits.pop(key_of(kind, ref), None)
    aggregate.state.lapsed.pop(key_of(kind, ref), None)


def lapse(aggregate: Aggregate[Any], key: str) -> None:
    """Let a limit pass (到期): what its holder still owes stays in `lapsed` until it is settled."""
    passed = aggregate.state.limits.pop(key, None)
    if passed is not None and aggregate.registry.limit_rules[passed.kind].warns:
        aggregate.state.lapsed[key] = passed


def next_limit(aggregate: Aggregate[Any]) -> tuple[datetime, str] | None:
    """The next instant at which a limit acts, and its key; None while none runs."""
    nearest = None
    for key, limit in aggregate.state.limits.items():
        at = limit.warn or limit.due
        if nearest is None or at < nearest[0]:
            nearest = (at, key)
    return nearest


def pass_limit(aggregate: Aggregate[Any], key: str, now: datetime) -> list[Draft]:
    """What a limit records when it acts: first the warning, then its passing."""
    limit = aggregate.state.limits[key]
    rule = aggregate.registry.limit_rules[limit.kind]
    if limit.warn and limit.warn <= now:
        return [
            Draft(
                Action.WARNED,
                {
                    "limit": key,
                    "unit": limit.holder,
                    "reason": f"{rule.title}将于下一个工作日到期",
                    "due_at": stamp_time(limit.due),
                },
                SYSTEM,
            )
        ]
    drafts = rule.expire(aggregate, limit, key)
    drafts[0].detail["limit"] = key
    return [Draft(draft.action, draft.detail, SYSTEM) for draft in drafts]


def moved(aggregate: Aggregate[Any]) -> list[dict[str, Any]]:
    """Each running limit with its due date, to compare before and after a change (calendar, expedite)."""
    return [{"limit": key, "due_at": stamp_time(limit.due)} for key, limit in aggregate.state.limits.items()]
