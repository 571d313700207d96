"""系统管理页: alarms, and what two administrators mend together."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.http.errors import Problem
from api.identity.access_log import logged, seen
from api.identity.dependencies import ServicesDep, address, require
from api.office import proposals
from api.pages.render import MeantDep, VisitorDep, page
from api.routes import alarms
from api.routes.proposals import listing
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal

router = APIRouter(prefix="/administration", include_in_schema=False)

READ = (*proposals.CONFIRM, Role.AUDIT_ADMIN)


@router.get("")
async def show(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """告警：未解除的在前；等另一位管理员确认的修复。"""
    return await _page(request, services, user)


@router.post("/proposals/{proposal_id}/{decision}", dependencies=[MeantDep])
async def decide(
    request: Request, services: ServicesDep, user: VisitorDep, proposal_id: str, decision: str
) -> Response:
    """确认或不同意，回到本页。"""
    require(user, *proposals.CONFIRM)
    if decision not in ("confirm", "refuse"):
        raise Problem(404, "没有这项操作，请刷新页面")
    action, where = f"{decision} proposal", address(request)
    try:
        async with logged(services, user, action, "", where):
            proposal = await proposals.found(services, proposal_id)
            told = await (proposals.confirm if decision == "confirm" else proposals.refuse)(services, user, proposal)
    except Refusal as refusal:
        return await _page(request, services, user, refusal=refusal)
    await seen(services, user, action, proposal.about if proposal.what != proposals.CALENDAR else "", where, told[:200])
    return await _page(request, services, user, told=told)


@router.post("/{what}", dependencies=[MeantDep])
async def propose(
    request: Request, services: ServicesDep, user: VisitorDep, what: str, ledger: Annotated[str, Form(max_length=200)]
) -> Response:
    """提出恢复办理或重建台账，回到本页。"""
    if what not in alarms.MENDED_BY:
        raise Problem(404, "没有这项操作，请刷新页面")
    await alarms.proposed(services, user, what, ledger, address(request))
    return RedirectResponse("/administration", 303)


async def _page(
    request: Request, services: Services, user: User, *, told: str = "", refusal: Refusal | None = None
) -> HTMLResponse:
    require(user, *READ)
    found = await services.queries.alarms.alarms(100, only_open=False)
    waiting = await listing(services, user)
    return page(
        request,
        "administration.html",
        user=user,
        status=refusal.status if refusal else 200,
        alarms=[alarms.item(row) for row in found],
        open=await services.queries.alarms.open_count(),
        waiting=waiting["items"],
        may_propose=user.role in proposals.PROPOSE,
        may_confirm=user.role in proposals.CONFIRM,
        told=told,
        refusal=refusal,
    )
