"""月度分析: counted, looked into, explained, made final; and whether somebody's totals are the sum of their parts."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.analysis import reports
from api.analysis.workbook import workbook
from api.commands import ledgers
from api.http.answers import Answer, Xlsx, already
from api.http.bodies import BodyDep, documented
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.papers.answer import DOCUMENTED, Form, rendered
from api.routes.cases import Key
from models.codes import Role
from models.months import MONTH
from models.report.aggregate import number_of
from models.report.drawing import Month
from models.report.reconciling import difference
from models.views.base import Listed
from models.views.ledger import EntryView
from models.views.report import CasesBehind, ClaimView, Counters, OddCase, ReportBrief, ReportView

router = APIRouter(prefix="/api/reports", tags=["月度分析"])

MonthQuery = Annotated[str, Query(pattern=MONTH, description="月份，YYYY-MM")]
MonthPath = Annotated[str, Path(pattern=MONTH)]
Day = Annotated[date, Query(alias="date", ge=date(2000, 1, 1), le=date(2099, 12, 31))]
District = Annotated[str | None, Query(max_length=40, description="地区代码或六位区划代码，不填即本区")]
After = Annotated[str, Query(max_length=40, description="上一页的 next")]

EITHER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON、工作簿、网页，或 Word 文档",
        "content": {"application/json": {}, str(Xlsx.media_type): {}, **DOCUMENTED[200]["content"]},
    }
}


class Wanted(BaseModel):
    """Which month is to be frozen."""

    model_config = ConfigDict(extra="forbid")

    month: Month


class Claim(BaseModel):
    """Figures that somebody is about to publish (待公布的数字)."""

    model_config = ConfigDict(extra="forbid")

    total: Annotated[int, Field(ge=0, le=10**9)]
    parts: Annotated[dict[str, Annotated[int, Field(ge=0, le=10**9)]], Field(min_length=1, max_length=100)]


@router.get("", summary="历次月度分析")
async def listing(services: ServicesDep, user: UserDep) -> Listed[ReportBrief]:
    """本区历次月度分析，最近的在前。"""
    require(user, *reports.READERS)
    return Listed(items=await reports.listed(services, user))


@router.get("/monthly", summary="一个月的分析", response_model=ReportView, responses=EITHER)
async def monthly(
    services: ServicesDep,
    user: UserDep,
    month: MonthQuery,
    district: District = None,
    format: Literal["json", "xlsx", "html", "docx"] = "json",
) -> Response:
    """已汇总的给冻结的数字；还没有的按现在的台账计算（preview）。xlsx 是工作簿；html、docx 是带图的报告，供打印。"""
    if format in tuple(Form):
        return rendered(await reports.paper_of(services, user, district, month), Form(format))
    _, report = await reports.monthly(services, user, district, month)
    if format == "xlsx":
        names = (await services.organisation()).names
        name = f"{report.district}-{month}.xlsx"
        return Xlsx(workbook(report, names), headers={"Content-Disposition": f'attachment; filename="{name}"'})
    return Answer(report)


@router.get("/monthly/cases", summary="数字背后的案件")
async def behind(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    month: MonthQuery,
    figure: Annotated[str, Query(max_length=300, description="如 registered、by_cause.process、departments.xw-zj")],
    district: District = None,
    after: After = "",
) -> CasesBehind:
    """每个数字都能点开到案件；只列出本人可以查看的，件数照实给；多于 500 件的分页，next 接着查。"""
    cases = await reports.cases_behind(services, user, district, month, figure, after)
    await seen(services, user, "search", "", address(request))
    return cases


@router.get("/consistency", summary="同事不同办")
async def consistency(services: ServicesDep, user: UserDep, district: District = None) -> Listed[OddCase]:
    """近半年同一事项、同一诊断而结果与多数不同的案件，各与一件多数的并列；说明差异（explain_difference）后不再列出。"""
    require(user, *reports.READERS)
    return Listed(items=await reports.odd_ones(services, user, district))


@router.get("/counters", summary="累计数")
async def counters(
    services: ServicesDep,
    user: UserDep,
    day: Day,
    district: District = None,
) -> Counters:
    """到某日为止的累计数，任何时候查都一样：收集、解决、在办、一类事、咨询。"""
    return await reports.counters(services, user, district, day)


@router.get("/counters/cases", summary="累计数背后的案件")
async def counted(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    day: Day,
    figure: Annotated[Literal["registered", "resolved", "done", "open"], Query()],
    district: District = None,
    after: After = "",
) -> CasesBehind:
    """到某日为止累计的是哪些案件。"""
    cases = await reports.cases_counted(services, user, district, day, figure, after)
    await seen(services, user, "search", "", address(request))
    return cases


@router.post("/claims", summary="核对待公布的数字")
async def claim(user: UserDep, body: Claim) -> ClaimView:
    """总数是不是分项之和；不是的指出差多少，不要公布。"""
    require(user, *reports.READERS)
    wrong = difference(body.total, body.parts)
    return ClaimView(agrees=wrong is None, why=wrong)


@router.post(
    "/monthly",
    status_code=201,
    summary="汇总一个月",
    response_model=ReportView,
    responses=already(ReportView),
)
async def draw_up(services: ServicesDep, user: UserDep, body: Wanted) -> Answer:
    """冻结已经过完的一个月；每月第一个工作日自动汇总上月。已经汇总的，返回那一份。"""
    new, report = await reports.draw_up(services, user, body.month)
    return Answer(report, 201 if new else 200)


@router.get("/monthly/{month}/timeline", summary="月度分析台账")
async def timeline(
    services: ServicesDep, user: UserDep, month: MonthPath, district: District = None
) -> Listed[EntryView]:
    """逐条台账。"""
    require(user, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    number = number_of(await reports.district_of(services, user, district), month)
    return ledgers.timeline(await services.queries.reports.entries(number))


@router.post(
    "/monthly/{month}/{command}",
    summary="月度分析办理",
    openapi_extra=documented(),
    response_model=ReportView,
)
async def act(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    month: MonthPath,
    command: str,
    body: BodyDep,
    key: Key = None,
) -> Answer:
    """填写原因（give_cause）、复核编码（code_again）、定稿（finalise）。"""
    return Answer(await reports.act(services, user, month, command, body, key, address(request)))
