"""月度分析页: the month's figures with the cases behind them, charts, the most frequent and their causes; printable."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.analysis import outside, reports
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, address, require
from api.office.months import this_month
from api.pages.acts import Last, form_of, offered, with_fields
from api.pages.render import MeantDep, VisitorDep, page
from api.rendering.charts import plain_bars
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal
from models.months import MONTH
from models.report import Report
from models.report.formulas import CUMULATIVE
from models.report.paper import charts, tier_of
from models.report.words import CUMULATIVE as EVER
from models.report.words import GOALS, KINDS, LABELS, PARTS, SIGNS, STATES, named, topic_label

router = APIRouter(prefix="/reports", include_in_schema=False)

Month = Annotated[str, Path(pattern=MONTH)]


@router.get("")
async def listing(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """历次月度分析，和本月到现在的数字。"""
    require(user, *reports.READERS)
    drawn = await services.queries.reports.of_district(None if user.role is Role.AUDITOR else user.district)
    own = user.role is not Role.AUDITOR
    return page(
        request,
        "reports.html",
        user=user,
        reports=drawn,
        this_month=this_month(),
        own=own,
        odd=await reports.odd_ones(services, user, None) if own else [],
        names=(await services.organisation()).names,
    )


@router.post("/draw", dependencies=[MeantDep])
async def draw_up(services: ServicesDep, user: VisitorDep, month: Annotated[str, Form(pattern=MONTH)]) -> Response:
    """Freeze a month that is over."""
    await reports.draw_up(services, user, month)
    return RedirectResponse(f"/reports/{month}", 303)


@router.get("/{month}")
async def show(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    month: Month,
    district: str | None = None,
    done: str = "",
) -> HTMLResponse:
    """一个月的分析。"""
    return await _report_page(request, services, user, district, month, Last(done=done))


@router.get("/{month}/cases")
async def behind(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    month: Month,
    figure: str,
    district: str | None = None,
    after: str = "",
) -> HTMLResponse:
    """数字背后的案件。"""
    cases = await reports.cases_behind(services, user, district, month, figure, after)
    await seen(services, user, "search", "", address(request))
    names = (await services.organisation()).names
    return page(
        request,
        "report_cases.html",
        user=user,
        month=month,
        district=district or user.district,
        cases=cases,
        names=names,
        title=named(cases.figure, names),
    )


@router.post("/{month}/{command}", dependencies=[MeantDep])
async def act(request: Request, services: ServicesDep, user: VisitorDep, month: Month, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await form_of(request, Report, command)
    try:
        await reports.act(services, user, month, command, form.body, form.key, address(request))
    except Refusal as refusal:
        return await _report_page(request, services, user, None, month, Last.refused(form, refusal))
    return RedirectResponse(f"/reports/{month}?done={command}", 303)


async def _report_page(
    request: Request,
    services: Services,
    user: User,
    district: str | None,
    month: str,
    last: Last,
) -> HTMLResponse:
    frozen, report = await reports.monthly(services, user, district, month)
    names = (await services.organisation()).names
    items = offered(frozen, user) if frozen else []
    options = {
        "what": [(each.what, topic_label(each.kind, each.what, names)) for each in report.top],
        "of_case": [(each.case_no, each.case_no) for each in report.sample],
    }
    items = with_fields(items, {"": options}, last)
    figures = report.figures
    return page(
        request,
        "report.html",
        user=user,
        report=report,
        figures=figures,
        names=names,
        labels=LABELS,
        parts=PARTS,
        ever=EVER,
        counted=CUMULATIVE,
        goals=GOALS,
        kinds=KINDS,
        tier_of=tier_of,
        signs=SIGNS,
        state=STATES[report.state],
        outside=await outside.scores_in(services, report.district, month),
        topic_labels={each.what: topic_label(each.kind, each.what, names) for each in report.top},
        charts=[(each.title, plain_bars(each.title, each.bars)) for each in charts(figures, names).values()],
        **last.shown(items),
    )
