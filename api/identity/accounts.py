"""账号管理 by the 安全管理员. Each act is in the access log, the refused ones too."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged, seen
from api.identity.sign_in import hasher
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.accounts import WITHOUT_UNIT, excluded, weakness
from models.codes import Role, UnitKind
from models.errors import conflict, invalid
from models.organisation import ROLES_OF_KIND
from models.views.accounts import Account
from models.views.base import instant

Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,60}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]

ACTS = ("disable", "enable", "reset_password", "reset_second_factor")
"""Acts on an account: 停用、启用、重置口令、重置动态口令."""


class NewAccount(BaseModel):
    """Who, in which role and unit, and the first password; by the staff number one person's accounts are known."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    username: Username
    role: Role
    unit: Short | None = None
    name: Short
    person_no: Short
    password: Short


class NewPassword(BaseModel):
    """For reset_password."""

    model_config = ConfigDict(extra="forbid")

    password: Short


async def open_account(services: Services, user: User, new: NewAccount, address: str) -> Account:
    """Open an account. 422 for a role that its unit does not have; 409 where the person may not have it besides."""
    async with logged(services, user, "open_account", "", address):
        await _check_place(services, new)
        if why := weakness(new.password, new.username):
            raise invalid(why, "password")
        held = [Role(role) for role in await services.queries.accounts.roles_of_person(new.person_no)]
        if other := excluded(new.role, held):
            raise conflict(f"该人员已有{other.label}账号，与{new.role.label}互斥，须由另一人担任")
        row = new.model_dump(exclude={"password"})
        password_hash = await asyncio.to_thread(hasher.hash, new.password)
        if not await services.queries.accounts.open({**row, "password_hash": password_hash}):
            raise conflict("用户名已被使用，请换一个")
    await seen(services, user, "open_account", "", address)
    return await _one(services, new.username)


async def act(services: Services, user: User, username: str, name: str, body: Body, address: str) -> Account:
    """Carry out one of `ACTS` on an account. Nobody acts on their own."""
    async with logged(services, user, name, "", address):
        account = await _find(services, username)
        if name not in ACTS:
            raise Problem(404, f"没有“{name}”这项操作，请核对地址")
        if username == user.username:
            raise conflict("不能对自己的账号操作，请由另一名安全管理员办理")
        if name == "reset_second_factor":
            await services.queries.accounts.drop_factor(username)
        elif name == "reset_password":
            password = body.shaped(NewPassword).password
            if why := weakness(password, username):
                raise invalid(why, "password")
            password_hash = await asyncio.to_thread(hasher.hash, password)
            await services.queries.accounts.change(username, password_hash=password_hash)
        else:
            await _enable(services, account, enabled=name == "enable")
    await seen(services, user, name, "", address)
    services.forget_organisation()
    return await _one(services, username)


async def _enable(services: Services, account: AnyRow, *, enabled: bool) -> None:
    if enabled and account.person_no:
        held = [Role(role) for role in await services.queries.accounts.roles_of_person(account.person_no)]
        if other := excluded(Role(account.role), held):
            raise conflict(f"该人员已有{other.label}账号，与{Role(account.role).label}互斥，不能启用")
    now = None if enabled else account.disabled_at or datetime.now(UTC)
    await services.queries.accounts.change(account.username, disabled_at=now)


async def listed(services: Services) -> list[Account]:
    """All accounts, without passwords and secrets."""
    return [
        Account(
            username=row.username,
            role=Role(row.role),
            unit=row.unit,
            name=row.name,
            person_no=row.person_no,
            second_factor=row.second_factor,
            disabled_at=instant(row.disabled_at),
        )
        for row in await services.queries.accounts.accounts()
    ]


async def _one(services: Services, username: str) -> Account:
    return next(account for account in await listed(services) if account.username == username)


async def _find(services: Services, username: str) -> AnyRow:
    account = await services.queries.accounts.account(username.replace("\0", ""))
    if account is None:
        raise Problem(404, "没有这个账号，请核对用户名")
    return account


async def _check_place(services: Services, new: NewAccount) -> None:
    if new.role in (Role.CITIZEN, Role.SYSTEM):
        raise invalid(f"{new.role.label}不是账号角色", "role")
    if new.role in WITHOUT_UNIT:
        if new.unit is not None:
            raise invalid(f"{new.role.label}不属于任何单位，请留空", "unit")
        return
    unit = (await services.organisation()).units.get(new.unit or "")
    if unit is None:
        raise invalid("没有这个单位，请核对代码", "unit")
    if new.role not in ROLES_OF_KIND[UnitKind(unit.kind)].values():
        raise invalid(f"{unit.name}没有{new.role.label}这个岗位", "role")
