"""否定报备: every no that was said, before the head and in the month's figures (CL5, R28; contract.md, explain)."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.dependencies import ServicesDep, UserDep, require
from api.office.months import this_month
from api.supervision import refusals
from models.codes import Role
from models.views.refusals import Refusals

router = APIRouter(prefix="/api/refusals", tags=["监督"])

Month = Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="月份，如 2026-11；默认本月")]


@router.get("", summary="否定报备")
async def listing(
    services: ServicesDep,
    user: UserDep,
    month: Month = None,
    reviewed: Annotated[bool | None, Query(description="已复核或未复核的")] = None,
) -> Refusals:
    """当月不予受理、解释告知、部门反馈“不能办”的逐条清单和计数；负责人看本窗口及下级，可用 review 推翻，不影响办理。"""
    require(user, Role.HEAD, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    return await refusals.listed(services, user, month or this_month(), reviewed=reviewed)
