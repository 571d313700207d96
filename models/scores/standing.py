"""Whether a point counts (记入与否): explained, ruled on, appealed against, or counted after silence (R90).

A deduction is notified first. Its subject may explain within the scheme's days, and the lead rules on the explanation.
Without one it counts when the days are over. A counted deduction can be appealed once, to supervision. Credits count
at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.calendar import BusinessCalendar
from models.codes import Role
from models.errors import conflict
from models.scores.scheme import SCHEME


class Standing(StrEnum):
    """状态: notified, explained, appealed against, counted, waived."""

    TOLD = "told"
    EXPLAINED = "explained"
    APPEALED = "appealed"
    STANDS = "stands"
    WAIVED = "waived"


TITLES = {
    Standing.TOLD: "待说明",
    Standing.EXPLAINED: "已说明，待裁定",
    Standing.APPEALED: "已申诉，待裁定",
    Standing.STANDS: "已记入",
    Standing.WAIVED: "不予记入",
}


@dataclass(frozen=True, slots=True)
class Contest:
    """An act on a point: explain, rule, appeal, rule_appeal; a ruling says whether the point is waived."""

    act: str
    at: datetime
    waives: bool | None = None


CONTESTS: dict[str, tuple[Role, ...]] = {
    "explain": (Role.LIAISON, Role.HEAD, Role.CLERK),
    "rule": (Role.LEAD,),
    "appeal": (Role.LIAISON, Role.HEAD, Role.CLERK),
    "rule_appeal": (Role.SUPERVISOR,),
}
"""Roles by act: the subject's side explains and appeals, the lead rules, supervision rules on the appeal."""


def standing(value: int, at: datetime, contests: Sequence[Contest], now: datetime, days: BusinessCalendar) -> Standing:
    """The status of a point."""
    if value > 0:
        return Standing.STANDS
    by_act = {contest.act: contest for contest in contests}
    if ruling := by_act.get("rule_appeal"):
        return Standing.WAIVED if ruling.waives else Standing.STANDS
    if "appeal" in by_act:
        return Standing.APPEALED
    if ruling := by_act.get("rule"):
        return Standing.WAIVED if ruling.waives else Standing.STANDS
    if "explain" in by_act:
        return Standing.EXPLAINED
    return Standing.TOLD if now < days.due(at, SCHEME.explain_days) else Standing.STANDS


def check(
    act: str, value: int, at: datetime, contests: Sequence[Contest], now: datetime, days: BusinessCalendar
) -> None:
    """Raise a Refusal (409) unless this act is possible on this point now."""
    if value > 0:
        raise conflict("加分不需要说明或申诉")
    where, by_act = standing(value, at, contests, now, days), {contest.act: contest for contest in contests}
    if act == "explain" and where is not Standing.TOLD:
        raise conflict(f"该扣分{TITLES[where]}，说明期为告知后 {SCHEME.explain_days} 个工作日")
    if act == "rule" and where is not Standing.EXPLAINED:
        raise conflict(f"该扣分{TITLES[where]}，没有待裁定的说明")
    if act == "rule_appeal" and where is not Standing.APPEALED:
        raise conflict(f"该扣分{TITLES[where]}，没有待裁定的申诉")
    if act == "appeal":
        if where is not Standing.STANDS or "rule_appeal" in by_act:
            raise conflict(f"该扣分{TITLES[where]}，现在不能申诉")
        since = by_act["rule"].at if "rule" in by_act else days.due(at, SCHEME.explain_days)
        if now >= days.due(since, SCHEME.appeal_days):
            raise conflict(f"申诉期为记入后 {SCHEME.appeal_days} 个工作日，已经期满")
