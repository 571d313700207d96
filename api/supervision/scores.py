"""考核 at the door: points in a user's sight, contests of them, and the tiers of a month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, and_, or_, true

from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.queries.rows import AnyRow
from api.queries.scores import POINTS, contests
from api.services import Services
from models.access import WINDOW, User
from models.actions import CommandName
from models.calendar import BusinessCalendar
from models.case.wording import Text
from models.codes import Role
from models.errors import conflict
from models.ledger import stamp_time
from models.months import month_span
from models.organisation import Organisation
from models.scores import CONTESTS, SCHEME, Standing, check, standing, tier
from models.scores.standing import TITLES
from models.views.base import instant
from models.views.scores import Contest, Point, Points, Tier, Tiers

NOT_HERE = "没有这条记分，或不在您的查看范围内"


class Statement(BaseModel):
    """What is said of a point."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: Text


class Ruling(Statement):
    """A ruling: whether the point is waived, and why."""

    waive: Annotated[bool, Field(strict=True)]


def visible(user: User, organisation: Organisation) -> ColumnElement[bool]:
    """The points in this user's sight: the whole district's for those who rule on them; else their own side's."""
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


def sees(user: User, point: AnyRow, organisation: Organisation) -> bool:
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
    """403 for a user who has nothing to do with scores."""
    if user.role not in (*WINDOW, Role.LIAISON, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR):
        raise Problem(403, f"考核不对{user.role.label}开放")


async def points(services: Services, user: User, month: str) -> Points:
    """The points of a month that this user may see."""
    require_reader(user)
    rows = await services.queries.scores.points(*month_span(month), visible(user, await services.organisation()))
    days = {point.district: await services.calendar(point.district) for point, _ in rows}
    now = datetime.now(UTC)
    return Points(month=month, items=[shown(point, acts, now, days[point.district]) for point, acts in rows])


async def tiers(services: Services, user: User, district: str, month: str) -> Tiers:
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
    for point, acts in await services.queries.scores.points(*span, scope):
        state = standing(point.value, point.at, contests(acts), now, days)
        earned[point.kind, point.subject].append((point.value, state))
    tasks = await services.queries.scores.tasks(district, *span)
    items = [_tier(*subject, values, tasks.get(subject, 0)) for subject, values in sorted(earned.items())]
    return Tiers(month=month, items=items)


def _tier(kind: Any, subject: str, earned: Sequence[tuple[int, Standing]], tasks: int) -> Tier:
    counted = [value for value, state in earned if state is Standing.STANDS]
    code, title = tier(sum(counted), tasks) or (None, f"任务不足 {SCHEME.fewest_tasks} 件，不分档")
    return Tier(
        kind=kind,
        subject=subject,
        tasks=tasks,
        tier=code,
        title=title,
        credits=sum(value for value in counted if value > 0),
        deductions=sum(value for value in counted if value < 0),
        contested=sum(state in (Standing.TOLD, Standing.EXPLAINED, Standing.APPEALED) for _, state in earned),
        waived=sum(state is Standing.WAIVED for _, state in earned),
    )


async def act(services: Services, user: User, number: int, name: str, body: Body, address: str) -> Point:
    """Explain, rule on, appeal against, or finally rule on a point; the point afterwards."""
    async with logged(services, user, f"score:{name}", "", address):
        if name not in CONTESTS:
            raise Problem(404, f"没有“{name}”这项操作，请核对地址")
        if user.role not in CONTESTS[name]:
            raise Problem(403, f"这项操作不由{user.role.label}办理")
        row = await services.queries.scores.point(number) if abs(number) < 2**63 else None
        if row is None or not sees(user, row[0], await services.organisation()):
            raise Problem(404, NOT_HERE)
        point, earlier = row
        statement = body.shaped(Ruling if name in ("rule", CommandName.RULE_APPEAL) else Statement)
        now, days = datetime.now(UTC), await services.calendar(point.district)
        check(name, point.value, point.at, contests(earlier), now, days)
        if name == CommandName.RULE_APPEAL and user.by().people & {row.actor for row in earlier}:
            raise Problem(403, "已经参与过该分处理的人不能裁定申诉")
        who = {"actor": user.username, "role": user.role.value, "unit": user.unit}
        waives = statement.waive if isinstance(statement, Ruling) else None
        contest = {"point": point.id, "act": name, "at": now, **who, "text": statement.text, "waives": waives}
        if not await services.queries.scores.contest(contest):
            raise conflict("刚刚已有人办理，请刷新后再看")
    again = await services.queries.scores.point(number)
    assert again
    return shown(*again, datetime.now(UTC), days)


def shown(point: AnyRow, acts: Sequence[AnyRow], now: datetime, days: BusinessCalendar) -> Point:
    """A point, the entry that earned it, and its contests."""
    state = standing(point.value, point.at, contests(acts), now, days)
    rule = SCHEME.rules[point.rule]
    until = days.due(point.at, SCHEME.explain_days) if state is Standing.TOLD else None
    return Point(
        id=point.id,
        case_no=point.case_no,
        seq=point.seq,
        rule=point.rule,
        kind=point.kind,
        subject=point.subject,
        unit=point.unit,
        value=point.value,
        title=rule.title,
        source=rule.source,
        at=stamp_time(point.at),
        state=state,
        state_title=TITLES[state],
        explain_until=instant(until),
        contests=[
            Contest(
                act=act.act,
                at=stamp_time(act.at),
                by=act.actor,
                unit=act.unit,
                text=act.text,
                waives=act.waives,
            )
            for act in acts
        ],
    )
