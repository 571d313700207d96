"""告警: what stands still, what to do about it, and the way to have it mended."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.http.bodies import BodyDep, documented
from api.identity.access_log import logged, seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.office import proposals
from api.office.proposals import REBUILD, TAKE_UP
from api.routes.proposals import shown
from api.services import Services
from models.access import User
from models.alarms import REBUILT_FOR, TAKEN_UP_FOR, AlarmKind
from models.codes import Role
from models.errors import conflict
from models.views.base import instant

router = APIRouter(prefix="/api/alarms", tags=["告警"])


@router.get("", summary="告警")
async def listing(
    services: ServicesDep,
    user: UserDep,
    only_open: Annotated[bool, Query(description="只看未解除的")] = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """哪件停了、怎么停的、该怎么办。密封台账只写流程编号。系统管理员、审计管理员、审计人员可看。"""
    require(user, Role.ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR)
    found = await services.queries.alarms.alarms(limit, only_open=only_open)
    return {"open": await services.queries.alarms.open_count(), "items": [item(row) for row in found]}


def item(row: Any) -> dict[str, Any]:
    """An alarm as the API gives it."""
    kind = AlarmKind(row.kind)
    mends = TAKE_UP if kind in TAKEN_UP_FOR else REBUILD if kind in REBUILT_FOR else None
    return {
        "case_no": row.ledger,
        "ledger_kind": row.ledger_kind,
        "kind": kind.value,
        "title": kind.label,
        "status": row.status or None,
        "reason": row.reason,
        "what_to_do": kind.advice,
        "mended_by_proposing": mends,
        "since": instant(row.since),
        "raised_at": instant(row.raised_at),
        "settled_at": instant(row.settled_at),
        "mended_by": row.mended_by,
    }


@router.post("/{case_no:path}/take-up", status_code=202, summary="提出恢复办理", openapi_extra=documented())
async def take_up(
    request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep
) -> dict[str, Any]:
    """提出按台账恢复流程；另一位管理员确认后生效，时限接着计算，中止期间已经到期的立即生效。"""
    body.fields()
    return {"proposal": await proposed(services, user, TAKE_UP, case_no, address(request))}


@router.post("/{case_no:path}/rebuild", status_code=202, summary="提出重建台账", openapi_extra=documented())
async def rebuild(
    request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep
) -> dict[str, Any]:
    """提出从历史重建本件台账；另一位管理员确认后核对，核对无误才写入，并记入台账。"""
    body.fields()
    return {"proposal": await proposed(services, user, REBUILD, case_no, address(request))}


MENDED_BY = {TAKE_UP: TAKEN_UP_FOR, REBUILD: REBUILT_FOR}


async def proposed(services: Services, user: User, what: str, ledger: str, address: str) -> dict[str, Any]:
    """Propose to mend what an alarm is about. 409 where no such alarm is open."""
    require(user, *proposals.PROPOSE)
    async with logged(services, user, what, ledger, address):
        if not await services.queries.alarms.about(ledger) & set(MENDED_BY[what]):
            raise conflict(f"没有要用“{proposals.TITLES[what]}”处理的告警，请刷新")
        proposal = await proposals.propose(services, user, what, ledger)
    await seen(services, user, what, ledger, address)
    return shown(proposal)
