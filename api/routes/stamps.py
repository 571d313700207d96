"""验章: the holder of a stamped paper can ask whether the stamp is genuine (办NO.成事; R65, R66, SU7)."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.http.errors import Problem
from api.identity.dependencies import ServicesDep
from models.case.stamp import verify
from models.views.genuineness import CheckedStamp

router = APIRouter(prefix="/api/public/stamps", tags=["群众"])


@router.get("/{code}", summary="验章")
async def check(services: ServicesDep, code: Annotated[str, Path(min_length=1, max_length=40)]) -> CheckedStamp:
    """凭印章上的验章码查真伪：由台账逐条重新计算，任何一条被改动即不符。不显示反映人和案情。"""
    ledger = await services.queries.cases.stamped(code.strip().upper().replace("\0", ""))
    if not ledger:
        raise Problem(404, "没有这枚印章，请核对验章码")
    return verify(ledger)
