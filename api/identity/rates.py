"""频次限制: requests a minute of one sender to this process. Sign-in and query codes have their own limits.

Requests are counted by token or session, by address where there is neither, and always by address too: inventing
credentials does not raise the limit. Each API process counts for itself, so four of them allow four times as many at
most.
"""

import hashlib

from fastapi import FastAPI
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.errors import Problem, problem
from api.http.settings import doors
from api.identity.sessions import COOKIE

UNCOUNTED = ("/healthz", "/readyz", "/metrics", "/static/")


class Rates:
    """Answers 429 above the limit. Plain ASGI, before anything is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._signed_in = RateLimitItemPerMinute(doors().rate_signed_in)
        self._anonymous = RateLimitItemPerMinute(doors().rate_anonymous)
        self._address = RateLimitItemPerMinute(doors().rate_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(UNCOUNTED) and not await self._within(scope):
            refusal = problem(Problem(429, "操作过于频繁，请一分钟后再试", headers={"Retry-After": "60"}))
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _within(self, scope: Scope) -> bool:
        address, who = (scope.get("client") or ("",))[0], _named(Headers(scope=scope))
        if not await self._limiter.hit(self._address, "address", address):
            return False
        if who:
            return await self._limiter.hit(self._signed_in, "named", who)
        return await self._limiter.hit(self._anonymous, "anonymous", address)


def install(app: FastAPI) -> None:
    """Counts the requests of each sender."""
    app.add_middleware(Rates)


def _named(headers: Headers) -> str:
    """A digest of the request's credentials; empty without any."""
    credentials = headers.get("authorization") or ""
    cookies = headers.get("cookie") or ""
    if f"{COOKIE}=" in cookies:
        credentials += cookies
    return hashlib.sha256(credentials.encode()).hexdigest() if credentials else ""
