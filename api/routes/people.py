"""反映人身份: shown in full to a reader who gives a reason, and destroyed when its time is over."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.audit import retention
from api.commands import finding
from api.http.bodies import BodyDep, documented
from api.identity.access_log import UNMASK, seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from models.case.wording import Text
from models.codes import Role
from models.views.base import Listed
from models.views.people import Unmasked
from models.views.retention import Destruction, Expired

router = APIRouter(prefix="/api", tags=["个人信息"])


class Reason(BaseModel):
    """Why somebody has to know."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=4, max_length=400)]


class Why(BaseModel):
    """Why it is destroyed: the appraisal's number and result (鉴定意见)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: Text


@router.post("/cases/{case_no}/unmask", summary="查看完整身份", openapi_extra=documented(Reason))
async def unmask(request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> Unmasked:
    """能看本案、但身份被脱敏的人，说明理由后查看反映人和代办人的完整身份；理由记入访问日志。"""
    record = await finding.find_readable(services, user, case_no)
    reason = body.shaped(Reason).reason
    state = services.personal.opened_case(record).state
    await seen(services, user, UNMASK, case_no, address(request), reason)
    return Unmasked(applicant=state.applicant, proxy=state.proxy)


@router.get("/retention", summary="期满可销毁的案件")
async def due(services: ServicesDep, user: UserDep) -> Listed[Expired]:
    """保存期已满、个人信息尚在的案件编号。"""
    require(user, *retention.BOTH)
    return Listed(items=await retention.due(services))


@router.get("/retention/{case_no}", summary="销毁记录")
async def record(services: ServicesDep, user: UserDep, case_no: str) -> Destruction:
    """谁申请、谁办理、何时、为何、销毁了哪些密钥。"""
    require(user, *retention.BOTH, Role.AUDITOR)
    return await retention.shown(services, case_no)


@router.post("/retention/{case_no}/ask", summary="申请销毁", openapi_extra=documented(Why))
async def ask(request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> Destruction:
    """安全管理员申请；保存期未满一律不受理。"""
    require(user, Role.SECURITY_ADMIN)
    return await retention.ask(services, user, case_no, body.shaped(Why).why, address(request))


@router.post("/retention/{case_no}/carry-out", summary="办理销毁", openapi_extra=documented())
async def carry_out(request: Request, services: ServicesDep, user: UserDep, case_no: str, body: BodyDep) -> Destruction:
    """审计管理员办理：销毁本案密钥，个人信息在各处均不可再读，台账和重放核对不受影响。"""
    require(user, Role.AUDIT_ADMIN)
    body.fields()
    return await retention.carry_out(services, user, case_no, address(request))
