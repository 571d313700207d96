"""考核: tiers of a month, the points behind them, and what can be said against a point."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.http.answers import Answer
from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address
from api.office.months import this_month
from api.routes.refusals import Month
from api.supervision import scores

router = APIRouter(prefix="/api/scores", tags=["考核"])


@router.get("", summary="分档")
async def tiers(
    services: ServicesDep,
    user: UserDep,
    month: Month = None,
    district: Annotated[str | None, Query(max_length=40, description="默认本区；审计员须写明")] = None,
) -> dict[str, Any]:
    """一个月的分档：部门、窗口、人员；只分优良中差，不排名次，任务太少的不分档。"""
    when = month or this_month()
    return {"month": when, "items": await scores.tiers(services, user, district or user.district, when)}


@router.get("/points", summary="逐条记分")
async def points(services: ServicesDep, user: UserDep, month: Month = None) -> Answer:
    """每一分对应台账的一条（case_no、seq），及其说明、申诉和裁定。"""
    when = month or this_month()
    return Answer({"month": when, "items": await scores.points(services, user, when)})


@router.post("/points/{number}/{command}", summary="说明、裁定、申诉", openapi_extra=documented())
async def act(
    request: Request, services: ServicesDep, user: UserDep, number: int, command: str, body: BodyDep
) -> Answer:
    """explain 说明 {text}、rule 裁定 {waive, text}、appeal 申诉 {text}、rule_appeal 裁定申诉 {waive, text}。"""
    return Answer(await scores.act(services, user, number, command, body, address(request)))
