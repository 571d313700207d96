"""首页: the signed-in user, and where their work is."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.http.settings import doors
from api.identity.dependencies import ServicesDep
from api.pages.cases import STAFF
from api.pages.render import VisitorDep, page
from models.codes import Role

router = APIRouter(include_in_schema=False)

WEB_UI = ""
"""Stands for the address of the Temporal Web UI, which is a setting."""

DOORS: dict[Role, list[tuple[str, str, str]]] = {
    Role.AUDITOR: [
        ("/audit", "审计", "逐步回放一件案，重放核对台账，导出卷宗"),
        ("/cases", "查案件", "按环节、类别、渠道、文字查全部案件"),
    ],
    Role.ADMIN: [
        (WEB_UI, "Temporal 界面", "查看每件案的流程、定时器和历史，查找卡住的案件"),
        ("/administration", "告警", "停了的流程、对不上的台账，怎么办"),
    ],
    Role.AUDIT_ADMIN: [("/administration", "告警", "停了的流程、对不上的台账")],
    Role.SECURITY_ADMIN: [("/administration", "告警", "复核另一位管理员提出的修复")],
}
"""The places of each role's work: address, name, purpose."""


@router.get("/")
async def show(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """本人的工作入口；办件人员直接到今天的工作。"""
    if user.role in STAFF:
        return RedirectResponse("/work", 303)
    units = (await services.organisation()).units
    unit = units[user.unit].name if user.unit in units else ""
    places: list[dict[str, Any]] = [
        {"href": doors().ui_url if href == WEB_UI else href, "name": name, "what": what}
        for href, name, what in DOORS.get(user.role, [])
    ]
    return page(request, "home.html", user=user, unit=unit, doors=places)
