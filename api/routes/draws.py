"""回头看抽查: draws that everybody may check."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.dependencies import ServicesDep
from api.queries.rows import AnyRow
from models.ledger import stamp_time
from models.views.base import Listed, instant
from models.views.draws import Draw

router = APIRouter(prefix="/api/public/draws", tags=["群众"])


@router.get("", summary="回头看抽查")
async def listing(
    services: ServicesDep, district: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z]+$")] = None
) -> Listed[Draw]:
    """抽查的地方：每月的种子摘要月前公布，种子月后公布；任何人可按 docs/supervision.md 的算法复算抽中与否。"""
    return Listed(items=[_shown(row) for row in await services.queries.draws.published(district)])


def _shown(row: AnyRow) -> Draw:
    return Draw(
        district=row.district,
        month=row.month,
        commitment=row.commitment,
        share=row.share,
        committed_at=stamp_time(row.committed_at),
        revealed_at=instant(row.revealed_at),
        seed=row.seed if row.revealed_at else None,
    )
