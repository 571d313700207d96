"""考核: tiers of a month, the points behind them, and contests of a point."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address
from api.office.months import this_month
from api.routes.refusals import Month
from api.supervision import scores
from models.views.scores import Point, Points, Tiers

router = APIRouter(prefix="/api/scores", tags=["考核"])


@router.get("", summary="分档")
async def tiers(
    services: ServicesDep,
    user: UserDep,
    month: Month = None,
    district: Annotated[str | None, Query(max_length=40, description="默认本区；审计员须写明")] = None,
) -> Tiers:
    """一个月的分档：部门、窗口、人员；只分优良中差，不排名次，任务太少的不分档。"""
    return await scores.tiers(services, user, district or user.district, month or this_month())


@router.get("/points", summary="逐条记分")
async def points(services: ServicesDep, user: UserDep, month: Month = None) -> Points:
    """每一分对应台账的一条（case_no、seq），及其说明、申诉和裁定。"""
    return await scores.points(services, user, month or this_month())


@router.post("/points/{number}/{command}", summary="说明、裁定、申诉", openapi_extra=documented())
async def act(
    request: Request, services: ServicesDep, user: UserDep, number: int, command: str, body: BodyDep
) -> Point:
    """explain 说明 {text}、rule 裁定 {waive, text}、appeal 申诉 {text}、rule_appeal 裁定申诉 {waive, text}。"""
    return await scores.act(services, user, number, command, body, address(request))
