"""The gate before the Temporal Web UI (管理界面的门): the 系统管理员 works there, an auditor looks.

The Web UI of the embedded server knows no users. It listens on a port of its own that nobody is told of; this process
stands at its published one, asks the API whose browser it is, and lets through what that role may do. Payloads are
opened at the same address, so the browser needs no setting. Inquiries' namespace is closed to everybody.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.http.settings import doors
from models.codes import Role
from workflows.duty import NAMESPACE as DUTIES
from workflows.platform.sealing import NAMESPACE as SEALED

PATIENCE = 30.0
SAFE = ("GET", "HEAD", "OPTIONS")
NAMESPACES, SETTINGS = ["api", "v1", "namespaces"], "/api/v1/settings"
HOP_BY_HOP = {"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding", "host"}


@asynccontextmanager
async def _running(app: Starlette) -> AsyncIterator[None]:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        app.state.http = http
        yield


async def _through(request: Request) -> Response:
    """One request: its user is asked for, and it is passed on or refused."""
    if request.url.path.startswith("/codec/"):
        return await _passed_on(request, doors().api_url)
    try:
        session = await request.app.state.http.get(f"{doors().api_url}/api/session", headers=_cookies(request))
    except httpx.HTTPError:
        return _refused(503, "接口服务没有响应，请稍候刷新")
    if session.status_code != 200:
        return _to_sign_in(request)
    if reason := _forbidden(request, Role(session.json()["role"])):
        return _refused(403, reason)
    answer = await _passed_on(request, doors().inner_ui)
    return _with_codec(request, answer) if request.url.path == SETTINGS else answer


def _forbidden(request: Request, role: Role) -> str | None:
    """Why this role may not do this, or None."""
    if role not in (Role.ADMIN, Role.AUDITOR):
        return f"Temporal 界面供系统管理员和审计人员使用，不对{role.label}开放"
    if role is Role.AUDITOR and request.method not in SAFE:
        return "审计人员在这里只能查看，不能操作流程"
    origin = request.headers.get("origin")
    if request.method not in SAFE and origin and urlsplit(origin).netloc != request.headers.get("host"):
        return "请在本界面内操作"
    return "这个空间不在这里查看" if _elsewhere(request.url.path) else None


def _elsewhere(path: str) -> bool:
    """Whether a path may lead into another namespace than the cases' and the duties', however it is written."""
    steps = path.lower().split("/")[1:]
    if SEALED in steps or not {".", ".."}.isdisjoint(steps) or "" in steps[:-1]:
        return True
    named = steps[3] if steps[:3] == NAMESPACES and len(steps) > 3 else ""
    return named not in ("", doors().namespace, DUTIES)


async def _passed_on(request: Request, base: str) -> Response:
    kept = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
    asked = request.scope["raw_path"].decode("ascii") + (f"?{request.url.query}" if request.url.query else "")
    try:
        answer = await request.app.state.http.request(
            request.method, f"{base}{asked}", headers=kept, content=await request.body()
        )
    except httpx.HTTPError:
        return _refused(503, "Temporal 界面没有响应，请稍候刷新")
    headers = {name: value for name, value in answer.headers.items() if name not in HOP_BY_HOP}
    return Response(answer.content, answer.status_code, headers)


def _with_codec(request: Request, answer: Response) -> Response:
    """The Web UI's settings, with the codec at the address where the browser is."""
    config: dict[str, Any] = orjson.loads(answer.body)
    endpoint = f"{request.url.scheme}://{request.url.netloc}/codec"
    config["Codec"] = {**(config.get("Codec") or {}), "Endpoint": endpoint}
    return Response(orjson.dumps(config), answer.status_code, media_type="application/json")


def _cookies(request: Request) -> dict[str, str]:
    cookie = request.headers.get("cookie")
    return {"cookie": cookie} if cookie else {}


def _to_sign_in(request: Request) -> Response:
    if request.url.path.startswith("/api/"):
        return _refused(401, "请先登录")
    port = urlsplit(doors().api_url).port
    back = quote(str(request.url), safe="")
    return RedirectResponse(f"{request.url.scheme}://{request.url.hostname}:{port}/sign-in?next={back}", 303)


def _refused(status: int, detail: str) -> Response:
    return Response(orjson.dumps({"message": detail}), status, media_type="application/json")


METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
app = Starlette(routes=[Route("/{path:path}", _through, methods=METHODS)], lifespan=_running)
