"""会话: signed-in browsers, and protection against forged requests (CSRF).

The browser holds a random value, the table its digest. An unsafe request with the cookie also carries a value derived
from it, which another site's page cannot know.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from api.http.errors import Problem
from api.queries.accounts import AccountQueries
from models.accounts import IDLE, SESSION

LIVE_HEADER = "X-Live"
"""Marks automatic refreshes, which do not extend the session."""

COOKIE, CSRF_HEADER, CSRF_FIELD = "bancheng", "X-CSRF-Token", "csrf"
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins, knows and ends sessions."""

    queries: AccountQueries
    secret: bytes

    async def begin(self, response: Response, request: Request, username: str, *, enrolling: bool) -> None:
        """Sign a browser in; its earlier session ends."""
        await self.end(response, request)
        value = secrets.token_urlsafe(32)
        address = request.client.host if request.client else ""
        await self.queries.begin_session(_id(value), username, address, enrolling=enrolling)
        https = request.url.scheme == "https"
        response.set_cookie(COOKIE, value, httponly=True, samesite="lax", secure=https, path="/")

    async def end(self, response: Response, request: Request) -> None:
        """Sign a browser out."""
        if value := request.cookies.get(COOKIE):
            await self.queries.end_session(_id(value))
        response.delete_cookie(COOKIE, path="/")

    async def account(self, request: Request) -> Any | None:
        """The account of the browser that sent this, or None."""
        value = request.cookies.get(COOKIE)
        by_hand = LIVE_HEADER not in request.headers and not request.url.path.endswith("/live")
        return await self.queries.session(_id(value), IDLE, SESSION, seen=by_hand) if value else None

    def csrf(self, request: Request) -> str:
        """The CSRF value of our forms."""
        value = request.cookies.get(COOKIE, "")
        return hmac.new(self.secret, f"csrf:{value}".encode(), hashlib.sha256).hexdigest()

    def check_meant(self, request: Request, token: str | None) -> None:
        """403 for an unsafe request that was not sent by one of our pages."""
        if request.method not in SAFE and not hmac.compare_digest((token or "").encode(), self.csrf(request).encode()):
            raise Problem(403, "页面已过期，内容没有提交：请刷新页面后重新提交")


def _id(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
