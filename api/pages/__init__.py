"""Pages (页面) for people with a browser, rendered here, over the same doors and rules as the API."""

from fastapi import FastAPI, Request
from fastapi.responses import Response

from api.pages import (
    administration,
    amended,
    appointments,
    attachments,
    audit,
    board,
    booking,
    calendar,
    cases,
    check,
    desk,
    engine,
    flow,
    home,
    imports,
    live,
    meetings,
    organisation,
    outside,
    progress,
    register,
    reports,
    sign_in,
    solutions,
    statistics,
    tables,
)
from api.pages.render import SignInFirst, error_page, wants_page
from models.errors import Refusal

PAGES = (
    *(sign_in, home, audit, engine, administration),
    *(register, attachments, tables, cases, board, desk, meetings, solutions, amended, reports, outside),
    *(flow, imports, appointments),
    *(calendar, organisation),
    *(progress, booking, check, statistics, live),
)
"""Order matters: fixed paths stand before the `/{command}` catch-alls."""


def install(app: FastAPI) -> None:
    """Every page, and their static files, all served from here."""
    for module in PAGES:
        app.include_router(module.router)

    @app.exception_handler(SignInFirst)
    async def _sign_in_first(request: Request, _: SignInFirst) -> Response:
        return sign_in.to_sign_in(request)


def shown(request: Request, refusal: Refusal, title: str) -> Response | None:
    """An error as a page, where a page was asked for."""
    return error_page(request, refusal, title) if wants_page(request) else None
