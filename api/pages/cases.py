"""办件页: the day's cases, a search, and one case with every command that may be given on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.cases import handler, offers, reading
from api.cases.listing import Filter
from api.cases.listing import listing as cases_of
from api.cases.timeline import stretch
from api.commands import finding
from api.identity.access_log import READ, looked_before, seen
from api.identity.dependencies import ServicesDep, address, require
from api.identity.sessions import LIVE_HEADER
from api.pages import choices as choosing
from api.pages.acts import Last, Offered, Sent, with_fields
from api.pages.render import Live, MeantDep, VisitorDep, page
from api.services import Services
from models import progress
from models.access import WINDOW, User, posts_of
from models.actions import ACTIONS, CommandName
from models.case.clock import RUNNING
from models.codes import Category, Channel, Role, Stage, Visibility
from models.errors import Refusal
from models.views.offers import CaseOffer
from models.worklist import urgency

router = APIRouter(include_in_schema=False)

STAFF = (*WINDOW, Role.LIAISON, Role.LEAD, Role.SUPERVISOR)
MOST_SHOWN = 50
"""How many cases a list of the day shows, the most pressing first; the rest is found by searching."""

ENTRIES_SHOWN = 100
"""How many entries of a ledger a page shows, the newest first; the older ones are a page further."""

UPLOADS = (CommandName.ATTACH, CommandName.HAND_IN)
"""Commands that come with a file: their form is an upload."""


@router.get("/work")
async def work(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """今天的工作：等我办的，红的在前，黄的其次；再往下是本人范围内在办的。"""
    require(user, *STAFF)
    live = Live("/work", "/live", await services.queries.events.newest())
    organisation = await services.organisation()
    waiting, mine = await services.queries.cases.waiting(user, organisation, MOST_SHOWN)
    open_ones, others = await services.queries.cases.open_ones(user, organisation, MOST_SHOWN)
    posts = posts_of(user, organisation)
    return page(
        request,
        "work.html",
        user=user,
        waiting=waiting,
        mine=[await line(services, row, posts) for row in mine],
        open_ones=open_ones,
        others=[await line(services, row, ()) for row in others],
        registers=user.role in WINDOW,
        live=live,
    )


@dataclass(frozen=True, slots=True)
class Pending:
    """A case in a list of the day (今日清单): its next step for somebody, and how pressing it is."""

    case_no: str
    matter: str
    stage: str
    unit: str
    due: datetime | None
    urgency: str
    waits: Sequence[str]


async def line(services: Services, row: Any, posts: Sequence[str]) -> Pending:
    """A case as a list of the day shows it to the holder of these posts."""
    now, units = await services.gateway.now(row.case_no), (await services.organisation()).names
    return Pending(
        case_no=row.case_no,
        matter=row.matter,
        stage=Stage(row.stage).label,
        unit=units.get(row.unit, row.unit),
        due=row.due_at if row.clock_state == RUNNING else None,
        urgency=urgency(row.stage, row.clock_state, row.due_at, now, overdue=row.overdue),
        waits=[words for post in posts for words in row.waits.get(post, ())],
    )


@router.get("/cases")
async def listing(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    stage: str = "",
    category: str = "",
    channel: str = "",
    overdue: str = "",
    text: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """查案件：按环节、类别、渠道、超期、文字，可见范围内的都在。"""
    require(user, *STAFF, Role.AUDITOR)
    wanted = Filter(
        stage=Stage(stage) if stage in set(Stage) else None,
        category=Category(category) if category in set(Category) else None,
        channel=Channel(channel) if channel in set(Channel) else None,
        overdue=True if overdue else None,
        text=text.strip() or None,
    )
    listed = await cases_of(services, user, wanted, cursor, address(request))
    asked = {"stage": stage, "category": category, "channel": channel, "overdue": overdue, "text": text}
    return page(
        request,
        "cases.html",
        user=user,
        items=listed.items,
        next=listed.next,
        units=(await services.organisation()).names,
        asked=asked,
        stages=Stage,
        categories=Category,
        channels=Channel,
        kept=await services.queries.filters.of(user.username),
        query=urlencode({name: value for name, value in asked.items() if value}),
    )


@router.post("/cases/filters", dependencies=[MeantDep])
async def keep_filter(
    services: ServicesDep,
    user: VisitorDep,
    name: Annotated[str, Form(min_length=1, max_length=40)],
    query: Annotated[str, Form(max_length=600)] = "",
    drop: Annotated[str, Form()] = "",
) -> Response:
    """常用查询：存下这次的条件，或不再保留。"""
    require(user, *STAFF, Role.AUDITOR)
    if drop:
        await services.queries.filters.drop(user.username, name)
    else:
        await services.queries.filters.keep(user.username, name, query)
    return RedirectResponse(f"/cases?{query}", 303)


@router.get("/cases/{case_no}")
async def show(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    case_no: str,
    done: str = "",
    before: Annotated[int | None, Query(ge=2)] = None,
) -> HTMLResponse:
    """一件案的全貌，和本人现在可以办的事。台账最近的在前，before 翻到更早的。"""
    require(user, *STAFF, Role.AUDITOR)
    if not (LIVE_HEADER in request.headers and await looked_before(services, user, case_no)):
        await seen(services, user, READ, case_no, address(request))
    return await case_page(request, services, user, case_no, Last(done=done), before=before)


@router.post("/cases/{case_no}/{command}", dependencies=[MeantDep])
async def act(request: Request, services: ServicesDep, user: VisitorDep, case_no: str, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    require(user, *STAFF)
    form = await request.form()
    listed = await offers.of(services, user, await finding.find_readable(services, user, case_no))
    offered = next((offer for offer in listed if offer.command == command), None)
    on_behalf = {"on_behalf": True} if offered and offered.on_behalf else {}
    sent = Sent.of(command, offers.schema(command) if offered else {}, form, **on_behalf)
    try:
        await handler.act(
            services,
            user,
            case_no,
            command,
            sent.body,
            key=sent.key,
            if_match=str(form.get("if_match", "")) or None,
            address=address(request),
        )
    except Refusal as refusal:
        return await case_page(request, services, user, case_no, Last.refused(sent, refusal))
    return RedirectResponse(f"/cases/{case_no}?done={command}", 303)


async def case_page(
    request: Request,
    services: Services,
    user: User,
    case_no: str,
    last: Last,
    *,
    table: str = "",
    only: Sequence[str] = (),
    before: int | None = None,
) -> HTMLResponse:
    """The page of a case, or of one of its consultations (`table`) with its commands `only`.

    The newest entries of its ledger, or the newest of those `before` one.
    """
    here = f"/cases/{case_no}/tables/{table}" if table else f"/cases/{case_no}"
    shown = f"{here}?before={before}" if before else here
    live = Live(shown, f"/live?case={case_no}", await services.queries.events.newest())
    record, view = await reading.read_with_case(services, user, case_no)
    organisation = await services.organisation()
    offered = await offers.of(services, user, record) if user.role in STAFF else []
    total = view.timeline_length
    newest = min(total, (before or total + 1) - 1)
    oldest = max(newest - ENTRIES_SHOWN, 0)
    entries = await stretch(services, user, record, after=oldest, limit=newest - oldest)
    there = choosing.offered(user, view, organisation)
    options = {str(offer.command): choosing.choices(offers.act_of(offer.command), there) for offer in offered}
    listed = with_fields((_with_schema(offer) for offer in offered if not only or offer.command in only), options, last)
    return page(
        request,
        "table.html" if table else "case.html",
        room=table,
        user=user,
        live=live,
        case=view,
        headline=progress.headline(record.case),
        days=progress.days_to(record.case),
        units=organisation.names,
        uploads=any(offer.command == CommandName.ATTACH and offer.possible for offer in listed),
        visibilities=Visibility,
        entries=entries[::-1],
        older=oldest + 1 if oldest else None,
        newer=min(newest + ENTRIES_SHOWN, total) + 1 if newest < total else None,
        actions=ACTIONS,
        **last.shown(offer for offer in listed if not (offer.possible and offer.command in UPLOADS)),
    )


def _with_schema(offer: CaseOffer) -> Offered:
    """An offer as a form is made of it."""
    schema = offers.schema(offer.command)
    return Offered(offer.command, offer.title, offer.possible, offer.why_not or "", schema, offer.on_behalf)
