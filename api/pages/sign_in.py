"""登录页: signing in, out, and setting up a second factor."""

from typing import Annotated
from urllib.parse import quote, urlsplit

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.http.errors import Problem
from api.http.settings import doors
from api.identity import oidc
from api.identity.dependencies import ServicesDep, address, of_session
from api.identity.sign_in import sign_in
from api.pages.render import MeantDep, SignInFirst, page
from models.errors import Refusal

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form()]


@router.get("/sign-in")
async def show(request: Request, next: str = "/") -> HTMLResponse:
    """用户名、口令；绑定了动态口令的再加 6 位数字。"""
    return _form(request, next)


@router.post("/sign-in")
async def submit(
    request: Request,
    services: ServicesDep,
    username: Field = "",
    password: Field = "",
    otp: Field = "",
    next: Field = "/",
) -> Response:
    """Signed in: on to where they wanted to go. Else the same page, saying why not."""
    _from_here(request)
    try:
        user = await sign_in(services, username.strip(), password, otp, address(request))
    except Refusal as refusal:
        return _form(request, next, username=username, refusal=refusal)
    answer = RedirectResponse("/second-factor" if user.enrolling else _safe(request, next), 303)
    await services.sessions.begin(answer, request, user.username, enrolling=user.enrolling)
    return answer


@router.post("/sign-out", dependencies=[MeantDep])
async def sign_out(request: Request, services: ServicesDep) -> Response:
    """结束本浏览器的会话。"""
    answer = RedirectResponse("/sign-in", 303)
    await services.sessions.end(answer, request)
    return answer


@router.get("/second-factor")
async def second_factor(request: Request, services: ServicesDep) -> HTMLResponse:
    """二维码和密钥，录入手机上的动态口令软件。"""
    user = await of_session(request, services)
    if user is None:
        raise SignInFirst
    begun = await services.factors.begin(user.username)
    picture = segno.make(begun.uri).svg_data_uri(scale=5, border=2)
    return page(request, "second_factor.html", user=user, picture=picture, secret=begun.secret)


@router.post("/second-factor", dependencies=[MeantDep])
async def confirm(request: Request, services: ServicesDep, code: Field = "") -> Response:
    """Confirmed: sign in again, with the code. Else a new secret, and why."""
    user = await of_session(request, services)
    if user is None:
        raise SignInFirst
    await services.factors.confirm(user.username, code)
    answer = RedirectResponse("/sign-in", 303)
    await services.sessions.end(answer, request)
    return answer


def to_sign_in(request: Request) -> RedirectResponse:
    """The way to the sign-in page, and back to here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303)


def _form(request: Request, next: str, *, username: str = "", refusal: Refusal | None = None) -> HTMLResponse:
    return page(
        request,
        "sign_in.html",
        status=refusal.status if refusal else 200,
        elsewhere=_web_ui(request),
        next=_safe(request, next),
        username=username,
        refusal=refusal,
        issuer=oidc.SIGN_IN if oidc.Issuer.from_environment() else None,
    )


def _from_here(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem(403, "请从本系统的登录页登录")


def _safe(request: Request, next: str) -> str:
    """Where to go on: a path of ours, or the Temporal Web UI; never another site."""
    ours = next.startswith("/") and not next.startswith(("//", "/\\"))
    web_ui = _web_ui(request)
    theirs = bool(web_ui) and (next == web_ui or next.startswith(f"{web_ui}/"))
    return next if (ours or theirs) and next.isprintable() else "/"


def _web_ui(request: Request) -> str:
    """The address of the Temporal Web UI for this browser, by the name under which it reaches this machine."""
    port = urlsplit(doors().ui_url).port
    return f"{request.url.scheme}://{request.url.hostname}:{port}" if port else ""
