"""部门系统对接: how each department is reached, and the calls that come back from its system."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from api.exchange import callbacks
from api.exchange.addresses import usable
from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.case.delivery import AdapterKind
from models.codes import Role, UnitKind
from models.errors import FieldError
from models.ledger import stamp_time
from models.organisation import Unit
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, department_purpose, signing_key
from models.views.base import Listed
from models.views.exchange import AdapterView, CallbackTaken, InboxAdapter

router = APIRouter(prefix="/api/departments", tags=["部门系统"])

NEEDS = {AdapterKind.INBOX: (), AdapterKind.HTTP: ("url",), AdapterKind.EMAIL: ("url", "email", "sender")}
SCHEMES = {AdapterKind.HTTP: ("http", "https"), AdapterKind.EMAIL: ("smtp", "smtps")}
_MAILBOX = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


class Adapter(BaseModel):
    """How a department is to be reached."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: AdapterKind = Field(description="inbox：登录本系统办理；http：部门系统接口；email：邮件")
    url: str | None = Field(
        default=None,
        max_length=500,
        description="http：接收通知的地址；email：邮件服务器，smtp://主机:端口 或 smtps://主机:端口",
    )
    email: str | None = Field(default=None, max_length=200, description="email：收件邮箱")
    sender: str | None = Field(default=None, max_length=200, description="email：发件邮箱")
    timeout_seconds: int = Field(default=10, ge=1, le=60, description="等对方应答的秒数")
    fallback_hours: int = Field(default=24, ge=1, le=720, description="多少小时未送达即转收件箱")
    rotate: bool = Field(default=False, description="更换签名密钥，旧密钥立即失效")


@router.get("", summary="全部部门的对接方式")
async def listing(services: ServicesDep, user: UserDep) -> Listed[AdapterView | InboxAdapter]:
    """每个部门怎样送达；没有设置过的，用收件箱。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    rows = {row.unit: row for row in await services.queries.departments.adapters()}
    units = (await services.organisation()).units.values()
    departments = [unit for unit in units if unit.kind is UnitKind.DEPARTMENT]
    return Listed(items=[_shown(unit, rows.get(unit.code)) for unit in departments])


@router.get("/{unit}/adapter", summary="看对接方式")
async def show(services: ServicesDep, user: UserDep, unit: str) -> AdapterView | InboxAdapter:
    """这个部门怎样送达。签名密钥不再显示；遗失的，请更换。"""
    department = await _department(services, user, unit)
    return _shown(department, await services.queries.departments.adapter(unit))


@router.put("/{unit}/adapter", summary="改对接方式", openapi_extra=documented(Adapter))
async def change(services: ServicesDep, user: UserDep, unit: str, body: BodyDep) -> AdapterView:
    """设置怎样送达。首次接入接口或更换密钥时，答复里有签名密钥，只显示这一次。"""
    department = await _department(services, user, unit)
    adapter = body.shaped(Adapter)
    _check(adapter)
    before = await services.queries.departments.adapter(unit)
    row = adapter.model_dump(mode="json", exclude={"rotate"})
    row |= {"unit": unit, "changed_by": user.username, "changed_at": datetime.now(UTC)}
    kept = await services.queries.departments.put_adapter(row, rotate=adapter.rotate)
    connected_before = before is not None and before.kind == AdapterKind.HTTP
    new_key = adapter.kind is AdapterKind.HTTP and (adapter.rotate or not connected_before)
    secret = signing_key(services.secret, department_purpose(unit), kept.key_version) if new_key else None
    return _configured(department, kept, secret)


@router.post("/{unit}/callbacks", summary="部门系统回调", openapi_extra=documented(callbacks.Callback))
async def callback(
    request: Request,
    services: ServicesDep,
    unit: str,
    timestamp: Annotated[str | None, Header(alias=TIMESTAMP_HEADER)] = None,
    signature: Annotated[str | None, Header(alias=SIGNATURE_HEADER)] = None,
) -> CallbackTaken:
    """部门系统签收、退回、反馈、申请延期。不用登录，须签名；同一个 delivery_id 只办理一次。"""
    raw = await request.body()
    return await callbacks.take(services, unit, raw, timestamp=timestamp, signature=signature, address=address(request))


async def _department(services: Services, user: User, code: str) -> Unit:
    require(user, Role.ADMIN)
    unit = (await services.organisation()).units.get(code)
    if unit is None or unit.kind is not UnitKind.DEPARTMENT:
        raise Problem(404, f"没有部门 {code}，请核对部门代码")
    return unit


def _shown(unit: Unit, row: AnyRow | None) -> AdapterView | InboxAdapter:
    """How a department is reached: by the inbox where nothing was configured."""
    return _configured(unit, row) if row else InboxAdapter(unit=unit.code, name=unit.name, kind=AdapterKind.INBOX)


def _configured(unit: Unit, row: AnyRow, secret: str | None = None) -> AdapterView:
    return AdapterView(
        unit=unit.code,
        name=unit.name,
        kind=row.kind,
        url=row.url,
        email=row.email,
        sender=row.sender,
        timeout_seconds=row.timeout_seconds,
        fallback_hours=row.fallback_hours,
        key_version=row.key_version,
        changed_by=row.changed_by,
        changed_at=stamp_time(row.changed_at),
        secret=secret,
    )


def _check(adapter: Adapter) -> None:
    """Refuse (422) an address that cannot be used, and fields that the kind has no use for."""
    needs, wrong = NEEDS[adapter.kind], []
    for name in ("url", "email", "sender"):
        value = getattr(adapter, name)
        if (value is None) == (name in needs):
            wrong.append(FieldError(name, "必填" if name in needs else f"{adapter.kind.label}不用填写"))
        elif value is not None and name != "url" and not _MAILBOX.fullmatch(value):
            wrong.append(FieldError(name, "不是有效的邮箱地址"))
    if adapter.url and "url" in needs and not usable(adapter.url, SCHEMES[adapter.kind]):
        example = "、".join(f"{scheme}://主机:端口" for scheme in SCHEMES[adapter.kind])
        wrong.append(FieldError("url", f"地址无效，应为 {example} 的形式，不带用户名和密码"))
    if wrong:
        raise Problem(422, "对接方式填写不完整或无效，请按提示修改后重新提交", errors=wrong)
