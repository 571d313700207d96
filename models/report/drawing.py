"""汇总: freezes the month's figures with the number of their formulas (R85; RP1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import StringConstraints

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm
from models.case.wording import Name, Text
from models.codes import Role
from models.errors import conflict
from models.ledger import Entry, stamp_time
from models.months import MONTH
from models.report.aggregate import Report
from models.report.registry import act, applies, expires
from models.report.state import Prominent, Sampled

DAYS_TO_FINISH = 5
"""Working days to find causes and finalise the analysis. 本系统约定: 联席会议纪要的期限相同。"""


def cases_digest(cases: Mapping[str, Sequence[str]]) -> str:
    """The digest of the lists of cases behind the figures, by the figures' names."""
    return hashlib.sha256(
        json.dumps(cases, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


Month = Annotated[str, StringConstraints(pattern=MONTH)]


@act(CommandName.DRAW_UP, Role.SYSTEM, Role.LEAD)
class DrawUp(Act):
    """汇总: what was counted, what does not agree, what is to be coded twice."""

    district: Name
    month: Month
    lead: Name
    rules: Name
    profile: Name
    profile_version: int
    calendar: Text
    formulas: int
    figures: dict[str, Any]
    cases_digest: Name
    sample: list[Sampled]
    differences: list[Text]
    warnings: list[Text]

    @classmethod
    def open(cls, report: Report, by: By) -> None:
        if report.state.seq:
            raise conflict("本月分析已经汇总")

    def decide(self, report: Report, ask: Ask) -> list[Draft]:
        return [Draft(Action.DRAWN_UP, self.model_dump(mode="json"))]


@applies(Action.DRAWN_UP)
def _drawn_up(report: Report, entry: Entry) -> None:
    body, state = DrawUp.model_validate(entry.detail), report.state
    for name in ("district", "month", "lead", "rules", "profile", "profile_version", "calendar", "formulas", "figures"):
        setattr(state, name, getattr(body, name))
    for name in ("cases_digest", "sample", "differences", "warnings"):
        setattr(state, name, getattr(body, name))
    state.top = [Prominent.model_validate(each) for each in body.figures["top"]]
    state.drawn_at = stamp_time(entry.at)
    arm(report, "finish", entry.at, holder=body.lead, days=DAYS_TO_FINISH)


@expires("finish", "月度分析定稿", warns=False)
def _not_finished(report: Report, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.OVERDUE, {"holder": limit.holder, "due_at": stamp_time(limit.due)})]


@applies(Action.OVERDUE)
def _overdue(report: Report, entry: Entry) -> None:
    report.state.overdue = True
