"""双人复核: proposals of one administrator that another confirms or refuses."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.http.bodies import BodyDep, documented
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.office import proposals
from models.codes import Role
from models.views.base import Listed
from models.views.proposals import Accepted, Proposal

router = APIRouter(prefix="/api/proposals", tags=["双人复核"])

READ = (*proposals.CONFIRM, Role.AUDIT_ADMIN, Role.AUDITOR)


class Proposed(BaseModel):
    """What is to be done to all ledgers: one of them has its own way, at its alarm."""

    model_config = ConfigDict(extra="forbid")

    what: Annotated[Literal["take_up", "rebuild"], Field(description="take_up 恢复办理，rebuild 台账重建：全部")]


@router.get("", summary="等复核的申请")
async def listing(services: ServicesDep, user: UserDep) -> Listed[Proposal]:
    """一位管理员提出、还没有另一位确认，或确认了还没有办完的。"""
    require(user, *READ)
    return Listed(items=await proposals.unfinished(services))


@router.post("", status_code=202, summary="提出", openapi_extra=documented(Proposed))
async def propose(request: Request, services: ServicesDep, user: UserDep, body: BodyDep) -> Accepted:
    """提出恢复全部没有流程的，或从历史重建全部台账；另一位管理员确认后，用 make takeup、make rebuild 执行。"""
    require(user, *proposals.PROPOSE)
    what = body.shaped(Proposed).what
    proposal = await proposals.propose(services, user, what, proposals.ALL)
    await seen(services, user, f"propose {what}", "", address(request))
    return Accepted(proposal=proposal)


@router.post("/{proposal_id}/confirm", summary="确认", openapi_extra=documented())
async def confirm(request: Request, services: ServicesDep, user: UserDep, proposal_id: str, body: BodyDep) -> Proposal:
    """由提出人以外的管理员确认，随即生效；核对不过的 409，写明首个不符之处。"""
    require(user, *proposals.CONFIRM)
    body.fields()
    return await proposals.decide(services, user, proposal_id, "confirm", address(request))


@router.post("/{proposal_id}/refuse", summary="不同意", openapi_extra=documented())
async def refuse(request: Request, services: ServicesDep, user: UserDep, proposal_id: str, body: BodyDep) -> Proposal:
    """作废，什么也不改。"""
    require(user, *proposals.CONFIRM)
    body.fields()
    return await proposals.decide(services, user, proposal_id, "refuse", address(request))
