"""告警: cases whose workflow was stopped, and the way to take them up again."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.access_log import logged, seen
from api.body import BodyDep, documented
from api.deps import Services, ServicesDep, UserDep, address, require
from api.errors import no_such_case
from models.access import User
from models.codes import Role
from models.errors import conflict
from models.view import instant

router = APIRouter(prefix="/api/alarms", tags=["告警"])


@router.get("", summary="告警")
async def listing(
    wired: ServicesDep,
    user: UserDep,
    only_open: Annotated[bool, Query(description="只看未恢复的")] = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """流程被终止、取消或失败而案件没有办完的：编号、何时、谁写的什么理由。系统管理员、审计管理员、审计人员可看。"""
    require(user, Role.ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR)
    found = await wired.queries.alarms.alarms(limit, only_open=only_open)
    return {
        "items": [
            {
                "case_no": row.case_no,
                "status": row.status,
                "reason": row.reason,
                "ended_at": instant(row.ended_at),
                "raised_at": instant(row.raised_at),
                "settled_at": instant(row.settled_at),
                "taken_up_by": row.taken_up_by,
            }
            for row in found
        ]
    }


@router.post("/{case_no}/take-up", summary="恢复办理", openapi_extra=documented())
async def take_up(request: Request, wired: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> dict[str, Any]:
    """按台账里的状态为案件重新开启流程，时限接着计算，中止期间已经到期的立即生效。"""
    require(user, Role.ADMIN)
    body.fields()
    await taken_up(wired, user, case_no, address(request))
    return {"case_no": case_no, "taken_up": True}


async def taken_up(wired: Services, user: User, case_no: str, address: str) -> None:
    """Have a stopped case taken up. 404 for no such case, 409 where no alarm about it is open."""
    async with logged(wired, user, "take_up", case_no, address):
        found = await wired.queries.cases.case(case_no)
        if found is None:
            raise no_such_case(case_no)
        if not await wired.queries.alarms.about(case_no):
            raise conflict("本案没有未恢复的告警，不需要恢复")
        await wired.queries.alarms.taken_up(case_no, user.username)
        await wired.gateway.take_up(case_no, found.case)
    await seen(wired, user, "take_up", case_no, address)
