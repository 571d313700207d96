"""批量导入页: a sheet goes in, its progress shows itself, refused rows come back one by one."""

import tempfile

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.exchange import imports
from api.exchange.sheet_upload import IN_MEMORY, kind_of
from api.exchange.sheets import MOST_BYTES
from api.http.uploads import uploaded
from api.identity.dependencies import ServicesDep, require
from api.identity.sessions import CSRF_FIELD
from api.pages.render import Live, VisitorDep, page
from models.access import WINDOW
from models.errors import Refusal

router = APIRouter(prefix="/imports", include_in_schema=False)

MOST_SHOWN = 30


@router.get("")
async def listing(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """上传一张表；本单位导入过的，最近的在前。"""
    return await _page(request, services, user, None)


@router.post("")
async def load(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """A sheet. Refused: the same page, saying why."""
    require(user, *WINDOW)
    try:
        sent = await uploaded(request, MOST_BYTES)
        services.sessions.check_meant(request, sent.fields.get(CSRF_FIELD))
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            file.write(sent.content)
            file.seek(0)
            dry_run = bool(sent.fields.get("dry_run"))
            import_id = await imports.keep(services, user, file, sent.name, kind_of(file), dry_run=dry_run)
    except Refusal as refusal:
        return await _page(request, services, user, refusal)
    return RedirectResponse(f"/imports/{import_id}", 303)


@router.get("/{import_id}")
async def show(request: Request, services: ServicesDep, user: VisitorDep, import_id: str) -> HTMLResponse:
    """一次导入办到哪一行。办完之前页面自己更新。"""
    require(user, *WINDOW)
    progress = imports.shown(await imports.find(services, user, import_id))
    here = f"/imports/{import_id}"
    live = Live(here, "/live", await services.queries.events.newest()) if progress.state == "running" else None
    return page(request, "import.html", user=user, live=live, progress=progress)


async def _page(request: Request, services: ServicesDep, user: VisitorDep, refusal: Refusal | None) -> HTMLResponse:
    require(user, *WINDOW)
    units = (await services.organisation()).subtree(user.unit)
    rows = await services.queries.intake.imports_of(units, MOST_SHOWN)
    status = refusal.status if refusal else 200
    return page(
        request, "imports.html", user=user, status=status, items=[imports.shown(row) for row in rows], refusal=refusal
    )
