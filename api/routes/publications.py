"""通报: publications of supervision, for everybody to read."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.identity.dependencies import ServicesDep
from api.queries.rows import AnyRow
from models.ledger import stamp_time
from models.views.base import Listed
from models.views.publications import Publication

router = APIRouter(prefix="/api/public/publications", tags=["群众"])


@router.get("", summary="通报")
async def listing(
    services: ServicesDep,
    district: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Listed[Publication]:
    """纸面整改、反弹的通报，最近的在前；不含反映人信息和案件编号。"""
    names = (await services.organisation()).names
    rows = await services.queries.cases.publicised(district, limit)
    return Listed(items=[_shown(row, detail, names.get(row.holder, row.holder)) for row, detail in rows])


def _shown(row: AnyRow, detail: dict[str, Any], unit: str) -> Publication:
    return Publication(
        at=stamp_time(row.at),
        district=row.district,
        unit=unit,
        matter=row.matter,
        title=detail["title"],
        text=detail["text"],
    )
