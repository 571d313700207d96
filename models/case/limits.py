"""Arming, settling and reading the running limits of a case (时限).

A limit is a row of the table in contract.md, "How a case moves". How long it is comes from the policy profile; what
happens when it passes stands with the act it belongs to (`@expires`). Nothing here knows the kinds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.calendar import BusinessCalendar, beijing_date
from models.case.command import LIMIT_RULES, SYSTEM, Draft
from models.case.parts import Limit
from models.codes import CardColour
from models.ledger import stamp_time

if TYPE_CHECKING:
    from models.case.aggregate import Case


def key_of(kind: str, ref: str = "") -> str:
    """The name of a limit within its case."""
    return f"{kind}:{ref}" if ref else kind


def arm(
    case: Case,
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

    `beyond` is the day that never counts, by default the start's own. One working day before a limit of two or more
    (`total`, by default `days`) ends, its holder is warned (黄牌); applicants hold limits with an empty holder and are
    not.
    """
    natural = days is None and case.policy.is_natural(kind)
    length = case.policy.days(kind) if days is None else days
    limit = Limit(
        kind=kind, ref=ref, holder=holder, start=start, days=length, natural=natural, beyond=beyond, due=start
    )
    limit.due = due_of(limit, case.calendar)
    if LIMIT_RULES[kind].warns and holder and (total or length) >= 2:
        limit.warn = case.calendar.previous_close(limit.due)
    case.state.limits[key_of(kind, ref)] = limit
    return limit


def due_of(limit: Limit, calendar: BusinessCalendar) -> datetime:
    """When the limit ends under that calendar (到期): close of business of its last day."""
    if limit.natural:
        return calendar.close_of(beijing_date(limit.start) + timedelta(days=limit.days))
    return calendar.nth_close(limit.start, limit.days, limit.beyond or beijing_date(limit.start))


def settle(case: Case, kind: str, ref: str = "") -> None:
    """A limit was met, or no longer matters (时限了结)."""
    case.state.limits.pop(key_of(kind, ref), None)


def next_limit(case: Case) -> tuple[datetime, str] | None:
    """The instant at which time itself must act next, and on which limit; None while nothing runs."""
    nearest = None
    for key, limit in case.state.limits.items():
        at = limit.warn or limit.due
        if nearest is None or at < nearest[0]:
            nearest = (at, key)
    return nearest


def pass_limit(case: Case, key: str, now: datetime) -> list[Draft]:
    """What time brings for this limit: first the warning, then what its passing records."""
    limit = case.state.limits[key]
    rule = LIMIT_RULES[limit.kind]
    if limit.warn and limit.warn <= now:
        return [
            Draft(
                "warned",
                {
                    "limit": key,
                    "unit": limit.holder,
                    "reason": f"{rule.title}将于下一个工作日到期",
                    "due_at": stamp_time(limit.due),
                },
                SYSTEM,
            )
        ]
    drafts = rule.expire(case, limit, key)
    drafts[0].detail["limit"] = key
    return [Draft(draft.action, draft.detail, SYSTEM) for draft in drafts]


def red_card(unit: str, reason: str) -> Draft:
    """A red card (红牌) for a unit."""
    return Draft("carded", {"unit": unit, "reason": reason, "colour": CardColour.RED.value})


def moved(case: Case) -> list[dict[str, Any]]:
    """Each running limit with its present date, to compare before and after a change (calendar, expedite)."""
    return [{"limit": key, "due_at": stamp_time(limit.due)} for key, limit in case.state.limits.items()]
