"""办件页: what waits for me today, cases found, one case with everything that may be done to it."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import segno
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from api import door, registration
from api.access_log import READ, looked_before, seen
from api.body import Body
from api.deps import Services, ServicesDep, address, require
from api.pages.choices import choices
from api.pages.forms import body_of, fields_of, typed_of
from api.pages.render import Live, MeantDep, VisitorDep, page
from api.routes import cases
from api.sessions import LIVE_HEADER
from models import progress
from models.access import WINDOW, User, posts_of
from models.actions import ACTIONS, COMMANDS
from models.case.clock import RUNNING
from models.case.intake import Register
from models.codes import Category, Channel, Role, Stage, Visibility
from models.errors import Refusal
from models.waiting import urgency

router = APIRouter(include_in_schema=False)

STAFF = (*WINDOW, Role.LIAISON, Role.LEAD, Role.SUPERVISOR)
MOST_SHOWN = 50
"""So many cases each list of the day shows, the most pressing first; the rest is found by searching."""

MADE_BY_THE_DOOR = ("opening", "identity")
UPLOADS = ("attach", "hand_in")
"""Commands that come with a file: their form is an upload."""

ASIDE = ("key", "if_match", "csrf")
"""Fields of a form that are no part of the command."""


@router.get("/work")
async def work(request: Request, wired: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """今天的工作：等我办的，红的在前，黄的其次；再往下是本人范围内在办的。"""
    require(user, *STAFF)
    live = Live("/work", "/live", await wired.queries.events.newest())
    organisation = await wired.organisation()
    waiting, mine = await wired.queries.cases.waiting(user, organisation, MOST_SHOWN)
    open_ones, others = await wired.queries.cases.open_ones(user, organisation, MOST_SHOWN)
    posts = posts_of(user, organisation)
    return page(
        request,
        "work.html",
        user=user,
        waiting=waiting,
        mine=[await _line(wired, row, posts) for row in mine],
        open_ones=open_ones,
        others=[await _line(wired, row, ()) for row in others],
        registers=user.role in WINDOW,
        live=live,
    )


async def _line(wired: Services, row: Any, posts: Sequence[str]) -> dict[str, Any]:
    """A case in a list: what waits in it for these posts, and how pressing it is."""
    now = await wired.gateway.now(row.case_no)
    return {
        "case_no": row.case_no,
        "matter": row.matter,
        "stage": Stage(row.stage).label,
        "unit": await _name(wired, row.unit),
        "due": row.due_at if row.clock_state == RUNNING else None,
        "urgency": urgency(row.stage, row.clock_state, row.due_at, now, overdue=row.overdue),
        "waits": [words for post in posts for words in row.waits.get(post, ())],
    }


@router.get("/cases")
async def listing(
    request: Request,
    wired: ServicesDep,
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
    answer = await cases.listing(
        request,
        wired,
        user,
        stage=Stage(stage) if stage in set(Stage) else None,
        category=Category(category) if category in set(Category) else None,
        channel=Channel(channel) if channel in set(Channel) else None,
        overdue=True if overdue else None,
        text=text.strip() or None,
        cursor=cursor,
    )
    found = orjson.loads(answer.body)
    for item in found["items"]:
        item["stage"], item["unit"] = Stage(item["stage"]).label, await _name(wired, item["unit"])
    asked = {"stage": stage, "category": category, "channel": channel, "overdue": overdue, "text": text}
    return page(
        request, "cases.html", user=user, **found, asked=asked, stages=Stage, categories=Category, channels=Channel
    )


@router.get("/register")
async def registering(request: Request, wired: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """登记表：一页填完，回车提交。"""
    require(user, *WINDOW)
    return await _register_page(request, wired, user, {"unit": user.unit, "channel": "window"}, None)


@router.post("/register", dependencies=[MeantDep])
async def register(request: Request, wired: ServicesDep, user: VisitorDep) -> Response:
    """Registered: the receipt. Refused: the same page, saying why, with what was typed."""
    require(user, *WINDOW)
    form = await request.form()
    said, typed = _said(Register.model_json_schema(), form)
    try:
        shown = await registration.register(
            wired, user, Body(orjson.dumps(said)), str(form.get("key", "")), address(request)
        )
    except Refusal as refusal:
        return await _register_page(request, wired, user, typed, refusal)
    link = f"{request.url.scheme}://{request.url.netloc}/progress/{shown['case_no']}?code={shown['query_code']}"
    return page(request, "receipt.html", user=user, case=shown, picture=_picture(link), link=link)


@router.get("/cases/{case_no}")
async def show(request: Request, wired: ServicesDep, user: VisitorDep, case_no: str, done: str = "") -> HTMLResponse:
    """一件案的全貌，和本人现在可以办的事。"""
    require(user, *STAFF, Role.AUDITOR)
    if not (LIVE_HEADER in request.headers and await looked_before(wired, user, case_no)):
        await seen(wired, user, READ, case_no, address(request))
    return await case_page(request, wired, user, case_no, done=done)


@router.post("/cases/{case_no}/{command}", dependencies=[MeantDep])
async def act(request: Request, wired: ServicesDep, user: VisitorDep, case_no: str, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    require(user, *STAFF)
    form = await request.form()
    listed = await cases.commands(wired, user, case_no)
    offered = next((item for item in listed["items"] if item["command"] == command), None)
    said, typed = _said((offered or {}).get("schema") or {}, form)
    if offered and offered["on_behalf"]:
        said["on_behalf"] = True
    try:
        await door.act(
            wired,
            user,
            case_no,
            command,
            Body(orjson.dumps(said)),
            key=str(form.get("key", "")) or None,
            if_match=str(form.get("if_match", "")) or None,
            address=address(request),
        )
    except Refusal as refusal:
        return await case_page(request, wired, user, case_no, tried=command, typed=typed, refusal=refusal)
    return RedirectResponse(f"/cases/{case_no}?done={command}", 303)


async def case_page(
    request: Request,
    wired: Services,
    user: User,
    case_no: str,
    *,
    done: str = "",
    tried: str = "",
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    live = Live(f"/cases/{case_no}", f"/live?case={case_no}", await wired.queries.events.newest())
    view = await door.read(wired, user, case_no)
    found = await door.find_readable(wired, user, case_no)
    organisation = await wired.organisation()
    listed = (await cases.commands(wired, user, case_no))["items"] if user.role in STAFF else []
    entries = await cases.told(wired, user, found, after=0, limit=1000)
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    for item in listed:
        mine = item["command"] == tried
        item["fields"] = fields_of(
            item["command"],
            item["schema"] or {},
            choices(item["command"], user, view, organisation),
            typed if mine else None,
            errors if mine else None,
        )
    return page(
        request,
        "case.html",
        user=user,
        live=live,
        status=refusal.status if refusal else 200,
        case=view,
        headline=progress.headline(found.case),
        days=progress.days_to(found.case),
        units={code: unit.name for code, unit in organisation.units.items()},
        uploads=any(item["command"] == "attach" and item["possible"] for item in listed),
        visibilities=Visibility,
        possible=[item for item in listed if item["possible"] and item["command"] not in UPLOADS],
        impossible=[item for item in listed if not item["possible"]],
        entries=entries[::-1],
        actions=ACTIONS,
        key=secrets.token_urlsafe(12),
        done=COMMANDS.get(done, ""),
        tried=tried,
        refusal=refusal,
    )


async def _register_page(
    request: Request, wired: Services, user: User, typed: dict[str, Any], refusal: Refusal | None
) -> HTMLResponse:
    organisation = await wired.organisation()
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    units = [(code, organisation.units[code].name) for code in organisation.subtree(user.unit)]
    fields = fields_of("register", Register.model_json_schema(), {"unit": units}, typed, errors, MADE_BY_THE_DOOR)
    for field in fields:  # what a unit is elsewhere in this form is free text: the one that refused
        field.fields = [inner for inner in field.fields if inner.name != "applicant.identity"]
        for inner in field.fields:
            if inner.name == "refused_by.unit":
                inner.kind, inner.options = "text", ()
    order = ("applicant", "matter", "narrative", "request_type", "channel", "unit")
    fields.sort(key=lambda field: order.index(field.name) if field.name in order else len(order))
    return page(
        request,
        "register.html",
        user=user,
        status=refusal.status if refusal else 200,
        fields=fields[: len(order)],
        more=fields[len(order) :],
        key=str(typed.get("key") or secrets.token_urlsafe(12)),
        refusal=refusal,
    )


def _said(schema: dict[str, Any], form: FormData) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed, as a body, and as it is to be shown again."""
    values = {name: [str(value) for value in form.getlist(name)] for name in form if name not in ASIDE}
    said = body_of(schema, values)
    for name in MADE_BY_THE_DOOR:
        said.pop(name, None)
    return said, {**typed_of(values), "key": str(form.get("key", ""))}


async def _name(wired: Services, code: str) -> str:
    units = (await wired.organisation()).units
    return units[code].name if code in units else code


def _picture(link: str) -> str:
    return str(segno.make(link).svg_data_uri(scale=4, border=2))
