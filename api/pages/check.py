"""文书验真页: number and check code, both printed on the paper; whether it is ours."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity.dependencies import ServicesDep
from api.pages.render import page
from api.papers.handing_out import NOT_OURS, checked

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Query(max_length=80)]


@router.get("/check")
async def check(request: Request, services: ServicesDep, no: Typed = "", code: Typed = "") -> HTMLResponse:
    """填编号和校验码，查是不是我们出具的。"""
    asked = bool(no.strip() and code.strip())
    paper = await checked(services, no.strip().replace("\0", ""), code) if asked else None
    wrong = NOT_OURS if asked and paper is None else ""
    return page(request, "check.html", status=404 if wrong else 200, no=no, code=code, paper=paper, wrong=wrong)
