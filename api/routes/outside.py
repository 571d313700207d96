"""旧台账导入、趋势、第三方评议、开放数据: views from before and from outside."""

import tempfile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from api.analysis import old_register, open_data, outside, reports
from api.exchange.sheet_upload import DOCUMENTED, IN_MEMORY, kind_of, received
from api.http.answers import Csv
from api.http.errors import Problem
from api.identity.access_log import logged
from api.identity.dependencies import ServicesDep, UserDep, address, require
from models.months import MONTH
from models.views.base import Listed
from models.views.old_register import OldRegisterFile, OldRegisterLoad
from models.views.open_data import OpenData
from models.views.report import OutsideScoreView, Trend

router = APIRouter(prefix="/api", tags=["外部视角"])

MonthQuery = Annotated[str, Query(pattern=MONTH)]
EITHER: dict[int | str, dict[str, Any]] = {
    200: {"description": "JSON，或逗号分隔的文本", "content": {"application/json": {}, str(Csv.media_type): {}}}
}


@router.post("/old-register", summary="导入旧台账", openapi_extra=DOCUMENTED)
async def load_old(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    digest: Annotated[str | None, Query(max_length=64, description="试导入时给的摘要；不带即试导入")] = None,
) -> OldRegisterLoad:
    """先试后导：不带 digest 只校验，逐行说明；带试导入给的摘要再传同一文件才收下。原日期和出处保留，不计入任何比率。"""
    require(user, *old_register.KEEPERS)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        name = await received(request, file)
        async with logged(services, user, "load_old", name[:100], address(request)):
            return await old_register.load(services, user, file, name, kind_of(file), digest=digest)


@router.get("/old-register", summary="已收下的旧台账")
async def files(services: ServicesDep, user: UserDep) -> Listed[OldRegisterFile]:
    """收下过哪些文件：名称、摘要、行数、起止日期、谁在何时收下。"""
    require(user, *reports.READERS)
    return Listed(items=await old_register.files(services, user))


@router.get("/reports/trend", summary="趋势")
async def trend(
    services: ServicesDep,
    user: UserDep,
    first: Annotated[str, Query(alias="from", pattern=MONTH)],
    last: Annotated[str, Query(alias="to", pattern=MONTH)],
    district: Annotated[str | None, Query(max_length=40)] = None,
) -> Trend:
    """逐月登记量，旧台账另列：少了是窗口遇冷，是好事。"""
    require(user, *reports.READERS)
    return await outside.trend(services, await reports.district_of(services, user, district), first, last)


@router.post("/outside-scores", status_code=201, summary="登记第三方评议")
async def keep_score(services: ServicesDep, user: UserDep, body: outside.OutsideScore) -> Listed[OutsideScoreView]:
    """他人对本区或某单位的评分，注明来源和样本；与本系统的满意率并列，不混算。"""
    require(user, *outside.KEEPERS)
    await outside.keep_score(services, user, body)
    return Listed(items=await outside.scores(services, user, body.month))


@router.get("/outside-scores", summary="第三方评议")
async def listed(services: ServicesDep, user: UserDep, month: MonthQuery | None = None) -> Listed[OutsideScoreView]:
    """本区收到的第三方评议，最近的在前。"""
    require(user, *reports.READERS)
    return Listed(items=await outside.scores(services, user, month))


@router.get("/public/statistics", summary="开放数据", response_model=OpenData, responses=EITHER)
async def statistics(
    services: ServicesDep, district: Annotated[str, Query(max_length=40)], format: Literal["json", "csv"] = "json"
) -> OpenData | Csv:
    """已定稿的月度数字，任何人可查；小于 5 的不公开。"""
    code = (await services.organisation()).district_named(district)
    if code is None:
        raise Problem(404, "没有这个地区，请填地区代码（如 xuanwu）或六位区划代码")
    data = await open_data.open_data(services, code)
    return Csv(open_data.as_csv(data)) if format == "csv" else data
