"""通报: what supervision has made public, for everybody to read."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.identity.dependencies import ServicesDep
from models.views.base import instant

router = APIRouter(prefix="/api/public/publications", tags=["群众"])


@router.get("", summary="通报")
async def listing(
    services: ServicesDep,
    district: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """纸面整改、反弹的通报，最近的在前；不含反映人信息和案件编号。"""
    units = (await services.organisation()).units
    found = await services.queries.cases.publicised(district, limit)
    return {
        "items": [
            {
                "at": instant(row.at),
                "district": row.district,
                "unit": units[row.holder].name if row.holder in units else row.holder,
                "matter": row.matter,
                "title": said["title"],
                "text": said["text"],
            }
            for row, said in found
        ]
    }
