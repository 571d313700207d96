"""考核 at the door: who sees whose points, what is said against them, and the tiers of a month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, and_, or_, true

from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.queries.scores import POINTS, contests
from api.services import Services
from models.access import WINDOW, User
from models.actions import CommandName
from models.calendar import BusinessCalendar
from models.case.wording import Text
from models.codes import Role
from models.errors import conflict
from models.months import month_span
from models.organisation import Organisation
from models.scores import CONTESTS, SCHEME, Standing, check, standing, tier
from models.scores.standing import TITLES
from models.views.base import instant

NOT_HERE = "没有这条记分，或不在您的查看范围内"


class Said(BaseModel):
    """What is said of a point."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: Text


class Ruled(Said):
    """A ruling: whether the point is waived, and why."""

    waive: Annotated[bool, Field(strict=True)]


def visible(user: User, organisation: Organisation) -> ColumnElement[bool]:
    """Whose points this user sees: of the whole district those who rule on them; else their own side's."""
    c = POINTS.c
    if user.role is Role.AUDITOR:
        return true()
    if user.role in (Role.LEAD, Role.SUPERVISOR):
        return c.district == user.district
    if user.role is Role.HEAD:
        return c.unit.in_(organisation.subtree(user.unit))
    if user.role is Role.LIAISON:
        return and_(c.kind == "department", c.subject == user.unit)
    own = and_(c.kind == "person", c.subject == (user.acting_for or user.username))
    return or_(own, and_(c.kind == "window", c.subject == user.unit))


def sees(user: User, point: Any, organisation: Organisation) -> bool:
    """`visible` for one point."""
    if user.role is Role.AUDITOR:
        return True
    if user.role in (Role.LEAD, Role.SUPERVISOR):
        return bool(point.district == user.district)
    if user.role is Role.HEAD:
        return point.unit in organisation.subtree(user.unit)
    if user.role is Role.LIAISON:
        return bool(point.kind == "department" and point.subject == user.unit)
    own = point.kind == "person" and point.subject == (user.acting_for or user.username)
    return bool(own or (point.kind == "window" and point.subject == user.unit))


def require_reader(user: User) -> None:
    """403 for who has nothing to do with scores."""
    if user.role not in (*WINDOW, Role.LIAISON, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR):
        raise Problem(403, f"考核不对{user.role.label}开放")


async def points(services: Services, user: User, month: str) -> list[dict[str, Any]]:
    """The points of a month that this user may see."""
    require_reader(user)
    found = await services.queries.scores.points(*month_span(month), visible(user, await services.organisation()))
    days = {row.district: await services.calendar(row.district) for row, _ in found}
    now = datetime.now(UTC)
    return [shown(row, said, now, days[row.district]) for row, said in found]


async def tiers(services: Services, user: User, district: str, month: str) -> list[dict[str, Any]]:
    """The tiers of a month: of every subject in the district whose points this user may see."""
    require_reader(user)
    organisation, now = await services.organisation(), datetime.now(UTC)
    if district not in {unit.district for unit in organisation.units.values()}:
        raise Problem(422, "没有这个区，请核对区的代码")
    if user.role is not Role.AUDITOR and district != user.district:
        raise Problem(403, "只能查看本区的考核")
    span, days = month_span(month), await services.calendar(district)
    scope = and_(POINTS.c.district == district, visible(user, organisation))
    earned: dict[tuple[str, str], list[tuple[int, Standing]]] = defaultdict(list)
    for row, said in await services.queries.scores.points(*span, scope):
        earned[row.kind, row.subject].append((row.value, standing(row.value, row.at, contests(said), now, days)))
    tasks = await services.queries.scores.tasks(district, *span)
    return [_tier(*subject, said, tasks.get(subject, 0)) for subject, said in sorted(earned.items())]


def _tier(kind: str, subject: str, said: Sequence[tuple[int, Standing]], tasks: int) -> dict[str, Any]:
    counted = [value for value, where in said if where is Standing.STANDS]
    found = tier(sum(counted), tasks)
    return {
        "kind": kind,
        "subject": subject,
        "tasks": tasks,
        "tier": found and found[0],
        "title": found[1] if found else f"任务不足 {SCHEME.fewest_tasks} 件，不分档",
        "credits": sum(value for value in counted if value > 0),
        "deductions": sum(value for value in counted if value < 0),
        "contested": sum(where in (Standing.TOLD, Standing.EXPLAINED, Standing.APPEALED) for _, where in said),
        "waived": sum(where is Standing.WAIVED for _, where in said),
    }


async def act(services: Services, user: User, number: int, name: str, body: Body, address: str) -> dict[str, Any]:
    """Explain, rule on, appeal against, or finally rule on a point; the point afterwards."""
    async with logged(services, user, f"score:{name}", "", address):
        if name not in CONTESTS:
            raise Problem(404, f"没有“{name}”这项操作，请核对地址")
        if user.role not in CONTESTS[name]:
            raise Problem(403, f"这项操作不由{user.role.label}办理")
        found = await services.queries.scores.point(number) if abs(number) < 2**63 else None
        if found is None or not sees(user, found[0], await services.organisation()):
            raise Problem(404, NOT_HERE)
        point, earlier = found
        said = body.shaped(Ruled if name in ("rule", CommandName.RULE_APPEAL) else Said)
        now, days = datetime.now(UTC), await services.calendar(point.district)
        check(name, point.value, point.at, contests(earlier), now, days)
        if name == CommandName.RULE_APPEAL and user.by().people & {row.actor for row in earlier}:
            raise Problem(403, "已经参与过该分处理的人不能裁定申诉")
        who = {"actor": user.username, "role": user.role.value, "unit": user.unit}
        waives = said.waive if isinstance(said, Ruled) else None
        row = {"point": point.id, "act": name, "at": now, **who, "text": said.text, "waives": waives}
        if not await services.queries.scores.contest(row):
            raise conflict("刚刚已有人办理，请刷新后再看")
    again = await services.queries.scores.point(number)
    assert again
    return shown(*again, datetime.now(UTC), days)


def shown(point: Any, said: Sequence[Any], now: datetime, days: BusinessCalendar) -> dict[str, Any]:
    """A point, the entry that earned it, and what was said."""
    where = standing(point.value, point.at, contests(said), now, days)
    rule = SCHEME.rules[point.rule]
    names = ("id", "case_no", "seq", "rule", "kind", "subject", "unit", "value")
    return {
        **{name: getattr(point, name) for name in names},
        "title": rule.title,
        "source": rule.source,
        "at": instant(point.at),
        "state": where,
        "state_title": TITLES[where],
        "explain_until": instant(days.due(point.at, SCHEME.explain_days)) if where is Standing.TOLD else None,
        "contests": [
            {
                "act": row.act,
                "at": instant(row.at),
                "by": row.actor,
                "unit": row.unit,
                "text": row.text,
                "waives": row.waives,
            }
            for row in said
        ],
    }
