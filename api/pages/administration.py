"""系统管理页: alarms, and repairs that two administrators agree on."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, address, require
from api.office import alarms, proposals
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal

router = APIRouter(prefix="/administration", include_in_schema=False)

MOST_SHOWN = 100
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
    if decision not in proposals.DECISIONS:
        raise Problem(404, "没有这项操作，请刷新页面")
    try:
        proposal = await proposals.decide(services, user, proposal_id, decision, address(request))
    except Refusal as refusal:
        return await _page(request, services, user, refusal=refusal)
    return await _page(request, services, user, outcome=proposal.told or "")


@router.post("/{mend}", dependencies=[MeantDep])
async def propose(
    request: Request, services: ServicesDep, user: VisitorDep, mend: str, ledger: Annotated[str, Form(max_length=200)]
) -> Response:
    """提出恢复办理或重建台账，回到本页。"""
    if mend not in alarms.MENDED_BY:
        raise Problem(404, "没有这项操作，请刷新页面")
    await alarms.propose(services, user, mend, ledger, address(request))
    return RedirectResponse("/administration", 303)


async def _page(
    request: Request, services: Services, user: User, *, outcome: str = "", refusal: Refusal | None = None
) -> HTMLResponse:
    require(user, *READ)
    return page(
        request,
        "administration.html",
        user=user,
        status=refusal.status if refusal else 200,
        alarms=await alarms.listed(services, MOST_SHOWN, only_open=False),
        open=await services.queries.alarms.open_count(),
        waiting=await proposals.unfinished(services),
        may_propose=user.role in proposals.PROPOSE,
        may_confirm=user.role in proposals.CONFIRM,
        outcome=outcome,
        refusal=refusal,
    )
