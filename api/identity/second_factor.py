"""动态口令 (RFC 6238): the second factor of supervisors and administrators, set up by the person, kept sealed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp

from activities.platform.keyring import KeyRing
from api.http.errors import Problem
from api.queries.accounts import AccountQueries
from models.errors import conflict, invalid
from models.views.session import SecondFactor

ISSUER = "办成"
STEP_SECONDS = 30
DRIFT = 1
"""Steps by which a telephone's clock may be off, either way."""

PURPOSE = "second-factors"


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Sets up and checks one-time passwords."""

    queries: AccountQueries
    ring: KeyRing

    async def begin(self, username: str) -> SecondFactor:
        """A new secret for a person's telephone. 409 where one is set up already: the 安全管理员 resets it."""
        known = await self.queries.factor(username)
        if known is not None and known.confirmed_at is not None:
            raise conflict("已经绑定动态口令；更换手机请联系安全管理员重置")
        secret = pyotp.random_base32()
        await self.queries.keep_factor(username, self.ring.seal(PURPOSE, secret.encode(), username.encode()))
        uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)
        return SecondFactor(secret=secret, uri=uri)

    async def confirm(self, username: str, code: str) -> None:
        """The telephone knows the secret: from now on signing in asks for a code."""
        known = await self.queries.factor(username)
        if known is None or known.confirmed_at is not None:
            raise conflict("没有待确认的动态口令，请重新绑定")
        if not await self._taken(known, code, confirms=True):
            raise invalid("动态口令不对，请用手机上当前显示的 6 位数字", "code")

    async def needed(self, username: str) -> bool:
        """Whether this person has set one up."""
        known = await self.queries.factor(username)
        return known is not None and known.confirmed_at is not None

    async def fits(self, username: str, code: str) -> bool:
        """Whether the code is the one of now; it is taken once."""
        known = await self.queries.factor(username)
        return known is not None and await self._taken(known, code, confirms=False)

    async def _taken(self, row: Any, code: str, *, confirms: bool) -> bool:
        secret = self.ring.open(PURPOSE, row.sealed, row.username.encode()).decode()
        password, now = pyotp.TOTP(secret), int(datetime.now(UTC).timestamp()) // STEP_SECONDS
        for step in range(now - DRIFT, now + DRIFT + 1):
            if pyotp.utils.strings_equal(code.strip(), password.generate_otp(step)):
                return await self.queries.take_step(row.username, step, confirms=confirms)
        return False


def require_code(code: str) -> str:
    """A code that was sent. Raises Problem 401 where it is missing."""
    if not code:
        raise Problem(401, "请输入手机上的 6 位动态口令（otp）", headers={"WWW-Authenticate": "Bearer"})
    return code
