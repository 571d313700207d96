"""代理: deputations for somebody who is away."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep
from api.identity.tokens import LIFETIME_SECONDS
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.calendar import beijing_date
from models.case.wording import Text
from models.codes import Role
from models.deputies import Deputation, Person
from models.errors import FieldError
from models.ledger import stamp_time
from models.views.base import Listed, instant
from models.views.deputies import DeputationView
from models.views.session import Token

router = APIRouter(prefix="/api/deputies", tags=["代理"])

Username = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class NewDeputation(BaseModel):
    """For whom, by whom, from which day to which (both included), and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    principal: Username
    deputy: Username
    since: date
    until: date
    reason: Text


class ActingFor(BaseModel):
    """For whom the deputy wants to act now."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    principal: Username


@router.post("", status_code=201, summary="设定代理", openapi_extra=documented(NewDeputation))
async def make(services: ServicesDep, user: UserDep, body: BodyDep) -> DeputationView:
    """本人、本窗口负责人或系统管理员设定；有起止日期，不得成环，同一段时间只能有一名代理人。"""
    principal = await _staff(services, str(body.peek("principal")))
    if not await _may_arrange(services, user, principal, str(body.peek("principal"))):
        raise Problem(403, "只能由本人、本窗口负责人或系统管理员设定代理")
    wanted = body.shaped(NewDeputation)
    deputy = await _staff(services, wanted.deputy)
    for name, person in (("principal", principal), ("deputy", deputy)):
        if person is None:
            raise Problem(422, "没有这个用户，请核对用户名", errors=[FieldError(name, "没有这个用户，请核对用户名")])
    assert principal
    assert deputy
    new = Deputation(wanted.principal, wanted.deputy, wanted.since, wanted.until)
    org = await services.organisation()
    row = await services.queries.deputies.make(new, principal, deputy, org, by=user.username, reason=wanted.reason)
    return _shown(row)


@router.get("", summary="代理列表")
async def listing(services: ServicesDep, user: UserDep) -> Listed[DeputationView]:
    """与本人有关的代理；窗口负责人看本窗口及下级，系统管理员和审计员看全部。"""
    if user.role in (Role.ADMIN, Role.AUDITOR):
        rows = await services.queries.deputies.of(None)
    elif user.role is Role.HEAD:
        subtree = (await services.organisation()).subtree(user.unit)
        rows = await services.queries.deputies.of([user.username, *await services.queries.office.colleagues(subtree)])
    else:
        rows = await services.queries.deputies.of([user.username])
    return Listed(items=[_shown(row) for row in rows])


@router.post("/{number}/revoke", summary="撤销代理", openapi_extra=documented())
async def revoke(services: ServicesDep, user: UserDep, number: int, body: BodyDep) -> DeputationView:
    """从现在起不再代理；已经办理的照旧有效，记录保留。"""
    row = await services.queries.deputies.one(number) if abs(number) < 2**63 else None
    if row is None:
        raise Problem(404, "没有这条代理，请核对编号")
    if not await _may_arrange(services, user, await _staff(services, row.principal), row.principal):
        raise Problem(403, "只能由本人、本窗口负责人或系统管理员撤销代理")
    body.fields()
    return _shown(await services.queries.deputies.revoke(number, user.username))


@router.post("/act", summary="以代理身份办理", openapi_extra=documented(ActingFor))
async def act_for(services: ServicesDep, user: UserDep, body: BodyDep) -> Token:
    """换取代理令牌：以被代理人的岗位办理，台账同时记下两人；代理期满或撤销即失效。"""
    principal = await _staff(services, str(body.peek("principal")))
    stands_in = principal is not None and await services.queries.deputies.stands_in(user.username, principal.username)
    if user.acting_for or not stands_in:
        raise Problem(403, "您今天没有代理这位人员，请核对代理设定")
    body.shaped(ActingFor)
    assert principal
    district = (await services.organisation()).units[principal.unit].district
    acting = User(user.username, principal.role, principal.unit, district, principal.username)
    return Token(access_token=services.tokens.issue(acting), token_type="bearer", expires_in=LIFETIME_SECONDS)


async def _staff(services: Services, username: str) -> Person | None:
    row = await services.queries.office.staff(username.replace("\0", ""))
    return Person(row.username, Role(row.role), row.unit or "") if row else None


async def _may_arrange(services: Services, user: User, principal: Person | None, named: str) -> bool:
    if user.acting_for:  # who stands in for somebody does not hand that on
        return False
    if user.role is Role.ADMIN or named == user.username:
        return True
    below = principal is not None and principal.unit in (await services.organisation()).subtree(user.unit)
    return user.role is Role.HEAD and below


def _shown(row: AnyRow) -> DeputationView:
    today = beijing_date(datetime.now(UTC))
    return DeputationView(
        id=row.id,
        principal=row.principal,
        deputy=row.deputy,
        reason=row.reason,
        made_by=row.made_by,
        revoked_by=row.revoked_by,
        since=row.since.isoformat(),
        until=row.until.isoformat(),
        in_force=row.revoked_at is None and row.since <= today <= row.until,
        made_at=stamp_time(row.made_at),
        revoked_at=instant(row.revoked_at),
    )
