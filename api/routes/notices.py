"""告知: notices to a unit that was found against, so that it can appeal."""

from fastapi import APIRouter

from api.identity.dependencies import ServicesDep, UserDep, require
from api.supervision import inquiries
from models.codes import Role
from models.views.base import Listed
from models.views.notices import FindingNotice

router = APIRouter(prefix="/api/notices", tags=["告知"])


@router.get("", summary="责任认定告知")
async def listing(services: ServicesDep, user: UserDep) -> Listed[FindingNotice]:
    """本单位收到的认定告知：倒查编号和处理方式，可据此申诉。"""
    require(user, Role.HEAD, Role.LIAISON)
    return Listed(items=await inquiries.notices(services, user))
