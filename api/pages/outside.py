"""外部视角页: the old register and third parties' scores; loaded here, shown with our own figures."""

import tempfile
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.analysis import old_register, outside, reports
from api.exchange.sheet_upload import IN_MEMORY, kind_of
from api.exchange.sheets import MOST_BYTES
from api.http.uploads import uploaded
from api.identity.access_log import logged
from api.identity.dependencies import ServicesDep, address, require
from api.identity.sessions import CSRF_FIELD
from api.office.months import this_month
from api.pages.acts import Sent
from api.pages.forms import fields_of
from api.pages.render import MeantDep, VisitorDep, page
from api.rendering.charts import MOST_ROWS, Bar, Part, bars
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal
from models.months import MONTH, month_of, month_span, months_before
from models.views.old_register import OldRegisterLoad
from models.views.report import TrendMonth

router = APIRouter(prefix="/outside", include_in_schema=False)

MONTHS_SHOWN = 12
FORM = "outside_score"

MonthQuery = Annotated[str | None, Query(pattern=MONTH)]


@dataclass
class Tried:
    """The result of the last form on the page (上次提交)."""

    register: OldRegisterLoad | None = None
    """How an old register's sheet was found, or that it was kept."""
    typed: dict[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None


@router.get("")
async def show(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    first: Annotated[MonthQuery, Query(alias="from")] = None,
    last: Annotated[MonthQuery, Query(alias="to")] = None,
) -> HTMLResponse:
    """趋势（连同旧台账）、收下过的旧台账、第三方评议。"""
    return await _page(request, services, user, Tried(), first, last)


@router.post("/old-register")
async def load(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """Try a sheet, or keep it where it was tried before. The same page shows the result."""
    require(user, *old_register.KEEPERS)
    try:
        sent = await uploaded(request, MOST_BYTES)
        services.sessions.check_meant(request, sent.fields.get(CSRF_FIELD))
        digest = sent.fields.get("digest") or None
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            file.write(sent.content)
            file.seek(0)
            async with logged(services, user, "load_old", sent.name[:100], address(request)):
                loaded = await old_register.load(services, user, file, sent.name, kind_of(file), digest=digest)
    except Refusal as refusal:
        return await _page(request, services, user, Tried(refusal=refusal))
    return await _page(request, services, user, Tried(register=loaded))


@router.post("/scores", dependencies=[MeantDep])
async def keep_score(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """A score that somebody else gave. Refused: the same page, saying why, with what was typed."""
    require(user, *outside.KEEPERS)
    form = Sent.of(FORM, outside.OutsideScore.model_json_schema(), await request.form())
    try:
        await outside.keep_score(services, user, form.body.shaped(outside.OutsideScore))
    except Refusal as refusal:
        return await _page(request, services, user, Tried(typed=dict(form.typed), refusal=refusal))
    return RedirectResponse("/outside#scores", 303)


async def _page(
    request: Request,
    services: Services,
    user: User,
    tried: Tried,
    first: str | None = None,
    last: str | None = None,
) -> HTMLResponse:
    require(user, *reports.READERS)
    last = last or this_month()
    first = first or month_of(months_before(month_span(last)[0], MONTHS_SHOWN - 1))
    trend = None if user.role is Role.AUDITOR else await outside.trend(services, user.district, first, last)
    organisation = await services.organisation()
    here = [(unit.code, unit.name) for unit in organisation.units.values() if unit.district == user.district]
    errors = {error.field: error.reason for error in tried.refusal.errors} if tried.refusal else {}
    schema = outside.OutsideScore.model_json_schema()
    return page(
        request,
        "outside.html",
        user=user,
        status=tried.refusal.status if tried.refusal else 200,
        first=first,
        last=last,
        trend=trend,
        chart=_chart(trend.months) if trend else "",
        files=await old_register.files(services, user),
        scores=await outside.scores(services, user, None),
        loads=user.role in old_register.KEEPERS,
        fields=fields_of(FORM, schema, {"unit": here}, tried.typed, errors) if user.role in outside.KEEPERS else None,
        tried=tried,
        names=organisation.names,
    )


def _chart(months: list[TrendMonth]) -> Markup:
    """Cases by month, registered here and in the old register."""
    return bars(
        "逐月登记量，旧台账另列",
        [
            Bar(each.month, [Part(each.old, "quiet", "旧台账"), Part(each.registered, "good", "本系统")])
            for each in months[-MOST_ROWS:]
        ],
    )
