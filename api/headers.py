"""Security headers (安全响应头): on every answer, whoever gave it."""

import os
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
"""Nothing of ours runs a script or loads anything; nothing about a case stays in a browser's cache."""

CODEC, UI_URL = "/codec/", "TEMPORAL_UI_URL"
"""Where the Web UI asks for payloads to be opened, and the setting that says where its pages come from."""

TRIED_OUT = ("/docs",)
"""The page for trying the interface out brings scripts of its own."""


class Headers:
    """Adds them where an answer has none of that name. Plain ASGI: it stands on every path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; put the headers on its answer."""
        if scope["type"] != "http" or scope["path"].startswith(TRIED_OUT):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((k, v) for k, v in ALWAYS.items() if k not in given)]
            await send(message)

        await self._app(scope, receive, with_headers)


class ForTheWebUI:
    """Lets pages of the Temporal Web UI read what the codec endpoint answers, and nothing else of ours."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["POST"],
            allow_headers=["Content-Type", "X-Namespace", "Authorization"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, shared or not."""
        shared = scope["type"] == "http" and scope["path"].startswith(CODEC)
        await (self._shared if shared else self._app)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Put the headers on everything that the app answers."""
    app.add_middleware(ForTheWebUI, origins=[os.environ[name] for name in (UI_URL,) if os.environ.get(name)])
    app.add_middleware(Headers)
