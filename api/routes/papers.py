"""文书验真: the holder of one of our papers can ask whether it is genuine."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.http.errors import Problem
from api.identity.dependencies import ServicesDep
from api.papers.handing_out import NOT_OURS, checked
from models.views.genuineness import CheckedPaper

router = APIRouter(prefix="/api/public/documents", tags=["群众"])


@router.get("/{document_no}", summary="文书验真")
async def check(
    services: ServicesDep,
    document_no: Annotated[str, Path(min_length=1, max_length=80)],
    code: Annotated[str, Query(min_length=1, max_length=40)],
) -> CheckedPaper:
    """凭文书上的编号和校验码查真伪：由留存的正文和台账重新计算。不显示反映人和案情。"""
    paper = await checked(services, document_no.strip().replace("\0", ""), code)
    if paper is None:
        raise Problem(404, NOT_OURS)
    return paper
