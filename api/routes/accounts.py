"""账号: opened, disabled and reset by the 安全管理员; the 审计管理员 reads these acts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.http.bodies import BodyDep, documented
from api.identity import accounts
from api.identity.access_log import ACTIONS_OF_INQUIRIES, access
from api.identity.accounts import NewAccount
from api.identity.dependencies import ServicesDep, UserDep, address, require
from models.codes import Role
from models.views.accounts import Access, Account
from models.views.base import Listed, Page

router = APIRouter(prefix="/api", tags=["账号与访问日志"])


@router.get("/accounts", summary="账号列表")
async def listing(services: ServicesDep, user: UserDep) -> Listed[Account]:
    """全部本地账号、角色、是否停用、是否绑定动态口令；安全管理员和审计管理员可看。"""
    require(user, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    return Listed(items=await accounts.listed(services))


@router.post("/accounts", status_code=201, summary="开立账号", openapi_extra=documented(NewAccount))
async def open_account(request: Request, services: ServicesDep, user: UserDep, body: BodyDep) -> Account:
    """系统、安全、审计三员互斥，也不与办案、审计岗位兼任（同一工号）。"""
    require(user, Role.SECURITY_ADMIN)
    return await accounts.open_account(services, user, body.shaped(NewAccount), address(request))


@router.post("/accounts/{username}/{command}", summary="停用、启用、重置", openapi_extra=documented())
async def act(
    request: Request, services: ServicesDep, user: UserDep, username: str, command: str, body: BodyDep
) -> Account:
    """disable、enable、reset_password（带 password）、reset_second_factor；停用和重置口令立即使其退出登录。"""
    require(user, Role.SECURITY_ADMIN)
    return await accounts.act(services, user, username, command, body, address(request))


@router.get("/accesses", summary="访问日志")
async def accesses(
    services: ServicesDep,
    user: UserDep,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    case_no: Annotated[str | None, Query(max_length=100)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="上一页最后一条的 id")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[Access]:
    """谁在何时看了什么、被拒绝了什么，新的在前；审计管理员和审计人员可看。审计管理员看不到监督人员的查看和倒查类操作。"""
    require(user, Role.AUDIT_ADMIN, Role.AUDITOR)
    hidden = ACTIONS_OF_INQUIRIES if user.role is Role.AUDIT_ADMIN else ()
    rows = await services.queries.office.access_log(actor, case_no, before, limit, hidden)
    return Page(items=[access(row) for row in rows], next=rows[-1].id if len(rows) == limit else None)
