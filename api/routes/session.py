"""登录: local accounts, exchanged for a bearer token."""

import asyncio
from functools import lru_cache
from typing import Annotated, Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from api.deps import ServicesDep, UserDep
from api.errors import Problem
from api.token import LIFETIME_SECONDS
from models.access import User
from models.codes import Role

router = APIRouter(tags=["登录"])

VERIFICATIONS = asyncio.Semaphore(2)
"""Argon2 takes 64 MiB and a tenth of a second each: more at once would make signing in an attack (engine.md 7)."""

_hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to verify against when there is no such account, so that time does not tell."""
    return _hasher.hash("no such account")


@router.post("/api/token", summary="登录，换取令牌")
async def sign_in(wired: ServicesDep, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, Any]:
    """OAuth2 password form: username, password."""
    staff = await wired.queries.office.staff(form.username)
    async with VERIFICATIONS:
        fits = await asyncio.to_thread(_fits, staff.password_hash if staff else _nobody(), form.password)
    if staff is None or not fits:
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
