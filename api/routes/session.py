"""登录: local accounts, exchanged for a bearer token."""

import asyncio
from functools import lru_cache
from typing import Annotated, Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordRequestForm

from api.deps import ServicesDep, UserDep
from api.errors import Problem
from api.routes.cases import address
from api.token import LIFETIME_SECONDS
from models.access import User
from models.codes import Role

router = APIRouter(tags=["登录"])

WRONG_PASSWORDS, LOCKED_MINUTES = 5, 10
"""登录失败处理 (GB/T 22239 8.1.4.1): so many failures in so many minutes, and the account rests. An account that does
not exist rests alike, so that this tells nobody which there are."""

VERIFICATIONS = asyncio.Semaphore(2)
"""Argon2 takes 64 MiB and a tenth of a second each: more at once would make signing in an attack (engine.md 7)."""

_hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to verify against when there is no such account, so that time does not tell."""
    return _hasher.hash("no such account")


@router.post("/api/token", summary="登录，换取令牌")
async def sign_in(
    request: Request, wired: ServicesDep, form: Annotated[OAuth2PasswordRequestForm, Depends()]
) -> dict[str, Any]:
    """OAuth2 password form: username, password. After five wrong passwords an account rests for ten minutes."""
    username = form.username.replace("\0", "")
    if await wired.queries.office.failed_sign_ins(username, LOCKED_MINUTES) >= WRONG_PASSWORDS:
        detail = f"密码错误次数过多，该账号暂停登录，请 {LOCKED_MINUTES} 分钟后再试；不是本人操作的，请联系管理员"
        raise Problem(429, detail, headers={"Retry-After": str(LOCKED_MINUTES * 60)})
    staff = await wired.queries.office.staff(username)
    async with VERIFICATIONS:
        fits = await asyncio.to_thread(_fits, staff.password_hash if staff else _nobody(), form.password)
    if staff is None or not fits:
        await wired.queries.office.sign_in_failed(username, address(request))
        raise Problem(401, "用户名或密码不正确，请核对后重试", headers={"WWW-Authenticate": "Bearer"})
    organisation = await wired.organisation()
    district = organisation.units[staff.unit].district if staff.unit else ""
    user = User(staff.username, Role(staff.role), staff.unit or "", district)
    return {"access_token": wired.tokens.issue(user), "token_type": "bearer", "expires_in": LIFETIME_SECONDS}


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except Argon2Error:
        return False


@router.get("/api/me", summary="当前登录人")
async def me(user: UserDep) -> dict[str, Any]:
    """Who the token belongs to."""
    who = {"username": user.username, "role": user.role, "unit": user.unit, "district": user.district}
    return {**who, **({"acting_for": user.acting_for} if user.acting_for else {})}
