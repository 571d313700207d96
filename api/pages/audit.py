"""审计页: a case step by step, as it stood at any entry, and whether the register is true."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, address, require
from api.office import alarms
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from models.access import User
from models.codes import Role
from models.views.audit import CaseVerdict

router = APIRouter(prefix="/audit", include_in_schema=False)

MOST_ALARMS = 20

At = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("")
async def index(request: Request, services: ServicesDep, user: VisitorDep, case_no: str = "") -> Response:
    """按编号打开一件案；访问日志是否完好；未解除的告警。"""
    require(user, Role.AUDITOR)
    if case_no.strip():
        return RedirectResponse(f"/audit/cases/{case_no.strip()}", 303)
    return page(
        request,
        "audit_index.html",
        user=user,
        broken=(await audit.verify_access(services)).first_broken_seal,
        alarms=await alarms.listed(services, MOST_ALARMS, only_open=True),
    )


@router.post("/ledgers", dependencies=[MeantDep])
async def verify_ledger(
    request: Request, services: ServicesDep, user: VisitorDep, number: Annotated[str, Form(max_length=200)]
) -> HTMLResponse:
    """会议、月度分析、一类事、督导事项的台账，各自重放核对。"""
    require(user, Role.AUDITOR)
    verdict = await audit.verify_ledger(services, number.strip().replace("\0", ""))
    await seen(services, user, "verify", number.strip(), address(request))
    return page(request, "audit_ledger.html", user=user, number=number.strip(), verdict=verdict)


@router.get("/cases/{case_no}")
async def show(request: Request, services: ServicesDep, user: VisitorDep, case_no: str, at: At = None) -> HTMLResponse:
    """逐步回放：左边是每一步，右边是那一步之后的案件。"""
    await audit.require_audited(services, user, case_no)
    await seen(services, user, "audit", case_no, address(request))
    return await _player(request, services, user, case_no, at, None)


@router.post("/cases/{case_no}", dependencies=[MeantDep])
async def verify(
    request: Request, services: ServicesDep, user: VisitorDep, case_no: str, at: At = None
) -> HTMLResponse:
    """重放核对，结果显示在同一页。"""
    await audit.require_audited(services, user, case_no)
    await seen(services, user, "verify", case_no, address(request))
    return await _player(request, services, user, case_no, at, await audit.verify(services, case_no))


async def _player(
    request: Request, services: Services, user: User, case_no: str, at: int | None, verdict: CaseVerdict | None
) -> HTMLResponse:
    audited = await audit.shown(services, case_no, at)
    return page(
        request,
        "audit_case.html",
        user=user,
        case_no=case_no,
        at=audited.at,
        steps=audited.timeline,
        units=(await services.organisation()).names,
        view=audited.view,
        in_force=audited.in_force,
        head=audited.ledger_head,
        verdict=verdict,
    )
