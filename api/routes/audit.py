"""审计: verify a case, see it as it stood, step through it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import audit
from api.http.answers import Answer, Zip
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from models.codes import Role
from models.views.audit import AccessVerdict, CaseVerdict, LedgerVerdict
from models.views.audited import AuditedCase

router = APIRouter(prefix="/api/audit", tags=["审计"])


@router.get("/cases/{case_no}", summary="审计一件案", response_model=AuditedCase)
async def show(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    at: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="台账第几条之后；默认最后一条")] = None,
) -> Answer:
    """台账逐条回放：每一条由谁、按哪条规则、距上一条哪些天计入、哪些天不计及原因；at=N 给出当时的案件和时限。"""
    await audit.require_audited(services, user, case_no)
    await seen(services, user, "audit", case_no, address(request))
    return Answer(await audit.shown(services, case_no, at))


@router.post("/cases/{case_no}/verify", summary="重放核对")
async def verify(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> CaseVerdict:
    """用现行代码重放全部历史，逐条与台账对照，指出首个不符之处。"""
    await audit.require_audited(services, user, case_no)
    await seen(services, user, "verify", case_no, address(request))
    return await audit.verify(services, case_no)


@router.post("/ledgers/verify", summary="重放核对会议、分析、一类事、督导事项")
async def verify_ledger(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    number: Annotated[str, Query(max_length=200, description="如 meeting/xuanwu/2026-11、report/xuanwu/2026-10")],
) -> LedgerVerdict:
    """案件以外的台账各自核对；月度分析连同每个数字背后的案件。"""
    require(user, Role.AUDITOR)
    verdict = await audit.verify_ledger(services, number.replace("\0", ""))
    await seen(services, user, "verify", number, address(request))
    return verdict


@router.get("/cases/{case_no}/export", summary="卷宗", response_class=Zip)
async def export(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> Response:
    """一件案的卷宗（zip）：台账、流程历史、文书、逐步回放，及每个文件的摘要；make audit EXPORT=… 可离线核对。"""
    await audit.require_audited(services, user, case_no)
    content = await audit.export(services, case_no)
    await seen(services, user, "export", case_no, address(request))
    headers = {"Content-Disposition": f'attachment; filename="{case_no}.zip"'}
    return Zip(content, headers=headers)


@router.post("/access/verify", summary="核对访问日志")
async def verify_access(services: ServicesDep, user: UserDep) -> AccessVerdict:
    """访问日志逐段封存，任何一行被改动、删除、插入即不符。"""
    require(user, Role.AUDITOR)
    return await audit.verify_access(services)
