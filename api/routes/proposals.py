"""双人复核: what one administrator proposed and another confirms or refuses."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.http.bodies import BodyDep, documented
from api.identity.access_log import logged, seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.office import proposals
from models.codes import Role
from models.views.base import instant

router = APIRouter(prefix="/api/proposals", tags=["双人复核"])

READ = (*proposals.CONFIRM, Role.AUDIT_ADMIN, Role.AUDITOR)


class Proposed(BaseModel):
    """What is to be done to all ledgers: one of them has its own way, at its alarm."""

    model_config = ConfigDict(extra="forbid")

    what: Annotated[Literal["take_up", "rebuild"], Field(description="take_up 恢复办理，rebuild 台账重建：全部")]


@router.get("", summary="等复核的申请")
async def listing(services: ServicesDep, user: UserDep) -> dict[str, Any]:
    """一位管理员提出、还没有另一位确认，或确认了还没有办完的。"""
    require(user, *READ)
    return {"items": [shown(row) for row in await services.queries.proposals.unfinished()]}


@router.post("", status_code=202, summary="提出", openapi_extra=documented(Proposed))
async def propose(request: Request, services: ServicesDep, user: UserDep, body: BodyDep) -> dict[str, Any]:
    """提出恢复全部没有流程的，或从历史重建全部台账；另一位管理员确认后，用 make takeup、make rebuild 执行。"""
    require(user, *proposals.PROPOSE)
    what = body.shaped(Proposed).what
    found = shown(await proposals.propose(services, user, what, proposals.ALL))
    await seen(services, user, f"propose {what}", "", address(request))
    return {"proposal": found}


@router.post("/{proposal_id}/confirm", summary="确认", openapi_extra=documented())
async def confirm(
    request: Request, services: ServicesDep, user: UserDep, proposal_id: str, body: BodyDep
) -> dict[str, Any]:
    """由提出人以外的管理员确认，随即生效；核对不过的 409，写明首个不符之处。"""
    return await _settled(request, services, user, proposal_id, body, "confirm")


@router.post("/{proposal_id}/refuse", summary="不同意", openapi_extra=documented())
async def refuse(
    request: Request, services: ServicesDep, user: UserDep, proposal_id: str, body: BodyDep
) -> dict[str, Any]:
    """作废，什么也不改。"""
    return await _settled(request, services, user, proposal_id, body, "refuse")


async def _settled(
    request: Request, services: ServicesDep, user: UserDep, proposal_id: str, body: BodyDep, decision: str
) -> dict[str, Any]:
    require(user, *proposals.CONFIRM)
    body.fields()
    action, where = f"{decision} proposal", address(request)
    async with logged(services, user, action, "", where):
        proposal = await proposals.found(services, proposal_id)
        told = await (proposals.confirm if decision == "confirm" else proposals.refuse)(services, user, proposal)
    await seen(services, user, action, proposal.about if proposal.what != proposals.CALENDAR else "", where, told[:200])
    return {**shown(await proposals.found(services, proposal_id)), "told": told}


def shown(row: Any) -> dict[str, Any]:
    """A proposal as the API gives it."""
    return {
        "id": row.id,
        "what": row.what,
        "title": proposals.TITLES[row.what],
        "about": row.about or None,
        "asked_by": row.asked_by,
        "asked_at": instant(row.asked_at),
        "settled_by": row.settled_by,
        "settled_at": instant(row.settled_at),
        "agreed": row.agreed,
        "done_at": instant(row.done_at),
        "told": row.told or None,
    }
