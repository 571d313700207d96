"""趋势、第三方评议: cases month by month, before this system too, and scores by third parties."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.services import Services
from models.access import User
from models.case.wording import Name
from models.codes import Role
from models.errors import invalid
from models.ledger import BEIJING, stamp_time
from models.months import month_of
from models.report.drawing import Month
from models.views.report import OutsideScoreView, Trend, TrendMonth

KEEPERS = (Role.LEAD, Role.SUPERVISOR)
"""Roles that write down third parties' scores of the district (第三方评议)."""

MOST_MONTHS = 120


async def trend(services: Services, district: str, first: str, last: str) -> Trend:
    """Cases by month, here and in the old register; how many a month before and now."""
    since = datetime.fromisoformat(f"{first}-01T00:00:00").replace(tzinfo=BEIJING)
    end = datetime.fromisoformat(f"{last}-01T00:00:00").replace(tzinfo=BEIJING)
    names, at = [], since
    while at <= end:
        names.append(month_of(at))
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    if not 0 < len(names) <= MOST_MONTHS:
        raise invalid(f"起止月份不对，最多 {MOST_MONTHS} 个月", "from")
    old = await services.queries.outside.old_by_month(district, since.date(), at.date())
    new = await services.queries.outside.cases_by_month(district, since, at)
    months = [TrendMonth(month=name, registered=new.get(name, 0), old=old.get(name, 0)) for name in names]
    total = sum(old.values()) + sum(new.values())
    return Trend(district=district, months=months, per_month=round(total / len(months), 2))


class OutsideScore(BaseModel):
    """A score that somebody else gave (第三方评议)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: Name
    month: Month
    unit: Name | None = None
    score: Annotated[float, Field(ge=0, le=1000)]
    out_of: Annotated[float, Field(gt=0, le=1000)] = 100
    sample: Annotated[int, Field(ge=1, le=10**9)] | None = None
    note: Annotated[str, Field(max_length=400)] | None = None


async def keep_score(services: Services, user: User, body: OutsideScore) -> None:
    """Keep a score of the user's district or of a unit in it."""
    units = (await services.organisation()).units
    if body.unit is not None and (body.unit not in units or units[body.unit].district != user.district):
        raise invalid("不是本区的单位，请核对代码", "unit")
    if body.score > body.out_of:
        raise invalid("得分不能高于满分", "score")
    await services.queries.outside.keep_score({**body.model_dump(), "district": user.district, "by": user.username})


async def scores(services: Services, user: User, month: str | None) -> list[OutsideScoreView]:
    """Third parties' scores of the user's district (an auditor: of every district), the newest first."""
    return await scores_in(services, None if user.role is Role.AUDITOR else user.district, month)


async def scores_in(services: Services, district: str | None, month: str | None) -> list[OutsideScoreView]:
    """Third parties' scores of a district (None: of all) in a month (None: in all), the newest first."""
    rows = await services.queries.outside.scores(district, month)
    return [
        OutsideScoreView(
            district=row.district,
            month=row.month,
            source=row.source,
            unit=row.unit,
            score=row.score,
            out_of=row.out_of,
            sample=row.sample,
            note=row.note,
            by=row.by,
            at=stamp_time(row.at),
        )
        for row in rows
    ]
