"""Pages (页面): what people open in a browser, rendered here, over the same doors and rules as the API."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from api.pages import administration, attachments, audit, cases, check, home, live, progress, sign_in
from api.pages.render import SignInFirst, error_page, wants_page
from models.errors import Refusal


def install(app: FastAPI) -> None:
    """Every page, and the files they need: all of them ours."""
    for module in (sign_in, home, audit, administration, attachments, progress, cases, check, live):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent.parent / "static"), name="static")

    @app.exception_handler(SignInFirst)
    async def _sign_in_first(request: Request, _: SignInFirst) -> Response:
        return sign_in.to_sign_in(request)


def shown(request: Request, refusal: Refusal, title: str) -> Response | None:
    """An error as a page, where a page was asked for."""
    return error_page(request, refusal, title) if wants_page(request) else None
