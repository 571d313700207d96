"""告警: work that stands still, the next step, and the way to have it mended."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.office import alarms, proposals
from models.codes import Role
from models.views.alarms import Alarms
from models.views.proposals import Accepted

router = APIRouter(prefix="/api/alarms", tags=["告警"])


@router.get("", summary="告警")
async def listing(
    services: ServicesDep,
    user: UserDep,
    only_open: Annotated[bool, Query(description="只看未解除的")] = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Alarms:
    """哪件停了、怎么停的、该怎么办。密封台账只写流程编号。系统管理员、审计管理员、审计人员可看。"""
    require(user, Role.ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR)
    listed = await alarms.listed(services, limit, only_open=only_open)
    return Alarms(open=await services.queries.alarms.open_count(), items=listed)


@router.post("/{case_no:path}/take-up", status_code=202, summary="提出恢复办理", openapi_extra=documented())
async def take_up(request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> Accepted:
    """提出按台账恢复流程；另一位管理员确认后生效，时限接着计算，中止期间已经到期的立即生效。"""
    body.fields()
    return Accepted(proposal=await alarms.propose(services, user, proposals.TAKE_UP, case_no, address(request)))


@router.post("/{case_no:path}/rebuild", status_code=202, summary="提出重建台账", openapi_extra=documented())
async def rebuild(request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> Accepted:
    """提出从历史重建本件台账；另一位管理员确认后核对，核对无误才写入，并记入台账。"""
    body.fields()
    return Accepted(proposal=await alarms.propose(services, user, proposals.REBUILD, case_no, address(request)))
