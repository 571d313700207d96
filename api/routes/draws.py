"""回头看抽查: what everybody may check."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.identity.dependencies import ServicesDep
from models.views.base import instant

router = APIRouter(prefix="/api/public/draws", tags=["群众"])


@router.get("", summary="回头看抽查")
async def listing(
    services: ServicesDep, district: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z]+$")] = None
) -> dict[str, Any]:
    """抽查的地方：每月的种子摘要月前公布，种子月后公布；任何人可按 docs/supervision.md 的算法复算抽中与否。"""
    names = ("district", "month", "commitment", "share")
    return {
        "items": [
            {
                **{name: getattr(row, name) for name in names},
                "committed_at": instant(row.committed_at),
                "revealed_at": instant(row.revealed_at),
                "seed": row.seed if row.revealed_at else None,
            }
            for row in await services.queries.draws.published(district)
        ]
    }
