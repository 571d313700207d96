"""系统管理页: alarms, and cases taken up again."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import ServicesDep, address, require
from api.pages.render import MeantDep, VisitorDep, page
from api.routes import alarms
from models.codes import Role

router = APIRouter(prefix="/administration", include_in_schema=False)


@router.get("")
async def show(request: Request, wired: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """流程被中止的案件：未恢复的在前，已恢复的在后。"""
    require(user, Role.ADMIN, Role.AUDIT_ADMIN)
    found = await alarms.listing(wired, user, only_open=False)
    items = sorted(found["items"], key=lambda item: item["settled_at"] is not None)
    return page(request, "administration.html", user=user, alarms=items, may_take_up=user.role is Role.ADMIN)


@router.post("/{case_no}/take-up", dependencies=[MeantDep])
async def take_up(request: Request, wired: ServicesDep, user: VisitorDep, case_no: str) -> Response:
    """恢复办理，回到本页。"""
    require(user, Role.ADMIN)
    await alarms.taken_up(wired, user, case_no, address(request))
    return RedirectResponse("/administration", 303)
