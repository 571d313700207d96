"""登录: a password, and for some a second factor; the same for a browser, an app and a script.

Five failures in ten minutes and the account rests; an account that does not exist rests alike, so that nobody learns
which there are.
"""

import asyncio
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from api.http.errors import Problem
from api.identity.dependencies import user_of
from api.identity.second_factor import require_code
from api.services import Services
from models.access import User
from models.accounts import SECOND_FACTOR
from models.codes import Role

WRONG_PASSWORDS, LOCKED_MINUTES = 5, 10
"""登录失败处理 (GB/T 22239 8.1.4.1): after this many failures in this many minutes the account rests."""

VERIFICATIONS = asyncio.Semaphore(2)
"""Argon2 takes 64 MiB and a tenth of a second each: more at once would make signing in an attack (engine.md 7)."""

WRONG = "用户名、密码或动态口令不正确，请核对后重试"

hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to verify against when there is no such account, so that time does not tell."""
    return hasher.hash("no such account")


async def sign_in(services: Services, username: str, password: str, code: str, address: str) -> User:
    """The account of username and password. Raises Problem 401, or 429 while the account rests.

    A user who must have a second factor and has none yet is let in to set it up only (`User.enrolling`).
    """
    staff = await identified(services, username, password, address)
    needed = await services.factors.needed(staff.username)
    if needed and not await services.factors.fits(staff.username, require_code(code)):
        raise await _failed(services, staff.username, address)
    enrolling = services.second_factor and Role(staff.role) in SECOND_FACTOR and not needed
    return await user_of(services, staff, enrolling=enrolling)


async def identified(services: Services, username: str, password: str, address: str) -> Any:
    """The account whose password this is. Raises Problem 401, or 429 while the account rests."""
    username = username.replace("\0", "")
    if await services.queries.office.failed_sign_ins(username, LOCKED_MINUTES) >= WRONG_PASSWORDS:
        detail = f"密码错误次数过多，该账号暂停登录，请 {LOCKED_MINUTES} 分钟后再试；不是本人操作的，请联系管理员"
        raise Problem(429, detail, headers={"Retry-After": str(LOCKED_MINUTES * 60)})
    staff = await services.queries.accounts.account(username)
    if staff is not None and staff.disabled_at is not None:
        staff = None
    async with VERIFICATIONS:
        fits = await asyncio.to_thread(_fits, staff.password_hash if staff else _nobody(), password)
    if staff is None or not fits:
        raise await _failed(services, username, address)
    return staff


async def _failed(services: Services, username: str, address: str) -> Problem:
    await services.queries.office.sign_in_failed(username, address)
    return Problem(401, WRONG, headers={"WWW-Authenticate": "Bearer"})


def _fits(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except Argon2Error:
        return False
