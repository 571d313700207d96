"""一类事: what has been drafted for the next person. Review, publishing and effect come later."""

from typing import Any

from fastapi import APIRouter

from api.deps import ServicesDep, UserDep, require
from models.access import DISTRICT, WINDOW
from models.codes import Role

router = APIRouter(prefix="/api/solutions", tags=["一类事"])


@router.get("", summary="一类事草案")
async def listing(wired: ServicesDep, user: UserDep) -> dict[str, Any]:
    """本区从案件和会诊中提出的办法，最新的在前；不含个人信息。"""
    require(user, *WINDOW, *DISTRICT, Role.LIAISON, Role.AUDITOR)
    district = None if user.role == Role.AUDITOR else user.district
    found = await wired.queries.solutions.drafts(district)
    items = [{**draft, "case_no": row.case_no, "district": row.district} for row in found for draft in row.solutions]
    return {"items": sorted(items, key=lambda item: str(item["at"]), reverse=True)}
