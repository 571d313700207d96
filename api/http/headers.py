"""Security headers (安全响应头) on every answer."""

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
"""Nothing of ours runs a script or loads anything; nothing about a case stays in a browser's cache."""

OURS, AN_HOUR = ("/static/", "/docs/"), b"max-age=3600"
"""Files of pages and documents are the same for everybody and may be kept."""


class Headers:
    """Adds them where an answer has none of that name. Plain ASGI: it stands on every path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; put the headers on its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                ours = {**ALWAYS, b"cache-control": AN_HOUR} if scope["path"].startswith(OURS) else ALWAYS
                message["headers"] = [*message["headers"], *((k, v) for k, v in ours.items() if k not in given)]
            await send(message)

        await self._app(scope, receive, with_headers)


def install(app: FastAPI) -> None:
    """Put the headers on everything that the app answers."""
    app.add_middleware(Headers)
