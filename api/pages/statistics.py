"""公开数据页: a district's final analyses, for anybody; without numbers small enough to be somebody."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.analysis import open_data
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep
from api.pages.render import page
from models.codes import UnitKind

router = APIRouter(include_in_schema=False)


@router.get("/statistics")
async def statistics(
    request: Request, services: ServicesDep, district: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """选一个地区，逐月看已定稿的数字。"""
    organisation = await services.organisation()
    code = organisation.district_named(district) if district else None
    if district and code is None:
        raise Problem(404, "没有这个地区，请从列表中选")
    leads = [unit for unit in organisation.units.values() if unit.kind is UnitKind.LEAD]
    data = await open_data.open_data(services, code) if code else None
    months = [(month.month, open_data.lines(month)) for month in data.months] if data else []
    return page(request, "statistics.html", leads=leads, district=code or "", months=months, small=open_data.SMALL)
