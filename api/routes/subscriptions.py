"""事件流与订阅: events of cases, pulled from here or sent to subscribers."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.exchange.addresses import usable
from api.http.bodies import MALFORMED, BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, require
from api.queries.rows import AnyRow
from api.services import Services
from models.cloud_event import PUBLIC, cloud_event
from models.codes import Role
from models.errors import FieldError
from models.ledger import stamp_time
from models.signing import signing_key, subscription_purpose
from models.views.base import instant
from models.views.event import EventPage, Subscriptions, SubscriptionView

router = APIRouter(prefix="/api", tags=["事件流"])


def _begin(value: Any) -> Any:
    if value in ("start", "now") or (type(value) is int and value >= 1):
        return value
    raise ValueError("应为 start、now 或事件编号")


class Subscription(BaseModel):
    """Which events are to be sent where."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    url: str = Field(max_length=500, description="接收事件的地址，http:// 或 https://")
    district: str | None = Field(default=None, description="只要这个区划的；不填为全部")
    actions: list[str] = Field(default_factory=list, max_length=200, description="只要这些动作；不填为全部")
    begin: Annotated[int | Literal["start", "now"], BeforeValidator(_begin)] = Field(
        default="now", alias="from", description="start：从第一件事件起；now：从此刻起；数字：从这个编号的事件起"
    )

    def position(self, newest: int) -> int:
        """The number of the event before the first one to be sent."""
        if isinstance(self.begin, int):
            return self.begin - 1
        return newest if self.begin == "now" else 0


class Replay(BaseModel):
    """From where events are to be sent again."""

    model_config = ConfigDict(extra="forbid")

    begin: int = Field(ge=1, alias="from", description="从这个编号的事件起重新推送")


@router.get("/events", summary="取事件")
async def pull(
    services: ServicesDep,
    user: UserDep,
    after: Annotated[int, Query(ge=0, le=2**62, description="上次答复的 next；首次为 0")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> EventPage:
    """按编号顺序取这个编号之后的事件，格式与推送相同；用答复的 next 接着取，没有新事件时 next 不变。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    events = await services.queries.events.after(after, limit)
    items = [cloud_event(event) for event in events if event.is_public]
    return EventPage(items=items, next=events[-1].number if events else after)


@router.get("/subscriptions", summary="全部订阅")
async def listing(services: ServicesDep, user: UserDep) -> Subscriptions:
    """每个订阅推送到哪里、到了第几号、为什么停着；newest 是最新的事件编号。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    newest = await services.queries.events.newest()
    rows = await services.queries.events.subscriptions()
    return Subscriptions(newest=newest, items=[_shown(row) for row in rows])


@router.post("/subscriptions", status_code=201, summary="订阅", openapi_extra=documented(Subscription))
async def subscribe(services: ServicesDep, user: UserDep, body: BodyDep) -> SubscriptionView:
    """新建订阅。答复里有签名密钥，只显示这一次。"""
    require(user, Role.ADMIN)
    wanted = body.shaped(Subscription)
    newest = await services.queries.events.newest()
    await _check(services, wanted, newest)
    row = {
        **wanted.model_dump(include={"url", "district", "actions"}),
        "id": secrets.token_hex(8),
        "position": wanted.position(newest),
        "active": True,
        "failures": 0,
        "created_by": user.username,
        "created_at": datetime.now(UTC),
        "key_version": 1,
    }
    return _with_secret(services, await services.queries.events.subscribe(row))


@router.post("/subscriptions/{subscription_id}/replay", summary="重新推送", openapi_extra=documented(Replay))
async def replay(services: ServicesDep, user: UserDep, subscription_id: str, body: BodyDep) -> SubscriptionView:
    """从这个编号的事件起重新推送，编号和 id 都不变。"""
    require(user, Role.ADMIN)
    row = await _find(services, subscription_id)
    begin = body.shaped(Replay).begin
    if begin > _still_active(row).position + 1:
        raise Problem(422, MALFORMED, errors=[FieldError("from", f"只能往回，不大于 {row.position + 1}")])
    return _shown(_still_active(await services.queries.events.replay(subscription_id, begin)))


@router.post("/subscriptions/{subscription_id}/rotate", summary="更换密钥")
async def rotate(services: ServicesDep, user: UserDep, subscription_id: str) -> SubscriptionView:
    """更换签名密钥，旧密钥立即失效；不用提交内容。答复里有新密钥，只显示这一次。"""
    require(user, Role.ADMIN)
    await _find(services, subscription_id)
    return _with_secret(services, _still_active(await services.queries.events.rotate(subscription_id)))


@router.delete("/subscriptions/{subscription_id}", summary="停用订阅")
async def end(services: ServicesDep, user: UserDep, subscription_id: str) -> SubscriptionView:
    """不再推送。订阅留在列表中备查，不能恢复；需要时新建，从原来的 position 之后接着推送。"""
    require(user, Role.ADMIN)
    row = await _find(services, subscription_id)
    return _shown(await services.queries.events.end(subscription_id) or row)


async def _find(services: Services, subscription_id: str) -> AnyRow:
    row = await services.queries.events.subscription(subscription_id)
    if row is None:
        raise Problem(404, f"没有订阅 {subscription_id}，请核对编号")
    return row


def _still_active(row: AnyRow | None) -> AnyRow:
    if row is None or not row.active:
        raise Problem(409, "这个订阅已经停用，请新建订阅")
    return row


async def _check(services: Services, wanted: Subscription, newest: int) -> None:
    """Refuse (422) an address that cannot be used, an unknown district or action, and a start that is yet to come."""
    wrong = []
    if not usable(wanted.url, ("http", "https")):
        wrong.append(FieldError("url", "地址无效，应为 http://主机:端口/路径 的形式，不带用户名和密码"))
    if wanted.district not in {None, *(unit.district for unit in (await services.organisation()).units.values())}:
        wrong.append(FieldError("district", "没有这个区划"))
    if unknown := sorted(set(wanted.actions) - PUBLIC):
        wrong.append(FieldError("actions", f"没有这些动作，或不对外推送：{'、'.join(unknown)}"))
    if isinstance(wanted.begin, int) and wanted.begin > newest + 1:
        wrong.append(FieldError("from", f"不大于 {newest + 1}，或填 now"))
    if wrong:
        raise Problem(422, MALFORMED, errors=wrong)


def _shown(row: AnyRow, secret: str | None = None) -> SubscriptionView:
    return SubscriptionView(
        id=row.id,
        url=row.url,
        district=row.district,
        actions=row.actions,
        created_by=row.created_by,
        key_version=row.key_version,
        active=row.active,
        position=row.position,
        failures=row.failures,
        last_error=row.last_error,
        next_try_at=instant(row.next_try_at),
        created_at=stamp_time(row.created_at),
        secret=secret,
    )


def _with_secret(services: Services, row: AnyRow) -> SubscriptionView:
    return _shown(row, signing_key(services.secret, subscription_purpose(row.id), row.key_version))
