"""Rendering (页面渲染): one set of templates, one content policy, and the visitor."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.http.assets import asset
from api.identity.dependencies import ServicesDep, of_session
from api.identity.sessions import CSRF_FIELD
from api.pages.navigation import PLACES
from api.rendering.templates import PAGES
from models.access import User
from models.errors import Refusal

PAGES.globals["asset"] = asset

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "form-action 'self'{elsewhere}"
)
"""A page loads nothing from outside and runs no script that is not a file of ours."""

NOT_PAGES = ("/api/", "/codec/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/static/")


class SignInFirst(Exception):
    """Nobody is signed in here: the visitor signs in first, and comes back."""


async def visitor(request: Request, services: ServicesDep) -> User:
    """The signed-in user. Raises SignInFirst where nobody is signed in, or a second factor is still missing."""
    user = await of_session(request, services)
    if user is None or user.enrolling or user.username in await services.disabled():
        raise SignInFirst
    return user


VisitorDep = Annotated[User, Depends(visitor)]


async def meant(request: Request, services: ServicesDep) -> None:
    """403 for a form that no page of ours has shown to this browser."""
    form = await request.form()
    services.sessions.check_meant(request, str(form.get(CSRF_FIELD, "")))


MeantDep = Depends(meant)


def page(
    request: Request, template: str, *, user: User | None = None, status: int = 200, elsewhere: str = "", **values: Any
) -> HTMLResponse:
    """A page. `elsewhere`: an origin to which its form may lead."""
    services = request.app.state.services
    shown = {
        "live": None,
        "places": PLACES.get(user.role, ()) if user else (),
        "user": user,
        "csrf": services.sessions.csrf(request),
        "path": request.url.path,
        **values,
    }
    policy = POLICY.format(elsewhere=f" {elsewhere}" if elsewhere else "")
    return HTMLResponse(PAGES.get_template(template).render(**shown), status, {"Content-Security-Policy": policy})


@dataclass(frozen=True, slots=True)
class Live:
    """Values that a page needs to show changes by itself: its address, the feed's address, the newest event."""

    page: str
    stream: str
    since: int


def wants_page(request: Request) -> bool:
    """Whether it is a person's browser that asks for a page."""
    return not request.url.path.startswith(NOT_PAGES) and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, refusal: Refusal, title: str) -> HTMLResponse:
    """A page with the error and what to do next."""
    return page(request, "error.html", status=refusal.status, title=title, refusal=refusal)
