"""The page for trying the interface out (接口说明): Swagger UI, every file of it served from here.

The files come with the package fastapi-offline; the page is ours, because theirs starts by a script in the page, which
our policy forbids.
"""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.http.assets import asset

FILES = Path(fastapi_offline.__file__).parent / "static"

POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'"
)
"""Swagger UI sets styles of its own; nothing comes from outside, and no script runs that is not a file here."""

PAGE = f"""\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>办成 接口说明</title>
<link rel="icon" href="{asset("icon.svg")}">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<noscript>本页需要启用脚本；不启用脚本时，接口说明全文见 <a href="/openapi.json">/openapi.json</a>。</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="{asset("docs.js")}"></script>
</body>
</html>
"""


def install(app: FastAPI) -> None:
    """The page, and beside it Swagger UI's files."""

    @app.get("/docs", include_in_schema=False)
    async def _docs() -> HTMLResponse:
        return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})

    app.mount("/docs", StaticFiles(directory=FILES), name="docs")
