"""案件: register, list, read, act."""

import base64
import binascii
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, and_, func, or_, select

from api.cases import handler, offers, reading, registration
from api.commands import finding
from api.http.answers import Answer
from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.access_log import READ, seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.papers import answer as papers
from api.queries import Found
from api.services import Services
from api.supervision import inquiries
from models.access import WINDOW, User, readable, sees_applicant
from models.actions import Action
from models.codes import Category, Channel, Role, Stage, Visibility
from models.ledger import BEIJING
from models.tables import CaseRow, CaseWordsRow
from models.views.base import instant
from models.views.masking import masked

router = APIRouter(prefix="/api/cases", tags=["案件"])

Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post("", status_code=201, summary="登记", openapi_extra=documented())
async def register(request: Request, services: ServicesDep, user: UserDep, body: BodyDep, key: Key = None) -> Answer:
    """登记一件办不成的事。同一个 Idempotency-Key 重试得到同一件；疑似重复只提示，不拒绝。"""
    shown = await registration.register(services, user, body, key, address(request))
    return Answer(shown, 201, {"Location": f"/api/cases/{shown['case_no']}"})


@router.post("/duplicates", summary="登记前查重", openapi_extra=documented())
async def likely_duplicates(services: ServicesDep, user: UserDep, body: BodyDep) -> dict[str, Any]:
    """同一人、同一事项、近日在本区登记的案件；内容同登记，填到反映人和事项即可查。只提示，不拒绝登记。"""
    require(user, *WINDOW)
    body.fields()
    return {"items": await registration.duplicates(services, user.unit, body)}


@router.get("", summary="列表")
async def listing(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    stage: Stage | None = None,
    category: Category | None = None,
    unit: str | None = None,
    department: str | None = None,
    overdue: bool | None = None,
    channel: Channel | None = None,
    follow_up: Annotated[bool | None, Query(description="挂账未销的案件")] = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Answer:
    """可见范围内的案件，按登记时间倒序；用返回的 next 取下一页。"""
    columns: Any = CaseRow
    wanted = [readable(user, await services.organisation())]
    for column, value in (("stage", stage), ("category", category), ("unit", unit), ("channel", channel)):
        if value is not None:
            wanted.append(getattr(columns, column) == value)
    if department is not None:
        wanted.append(columns.departments.contains([department]))
    if overdue is not None:
        late = or_(columns.overdue, and_(columns.clock_state == "running", columns.due_at <= func.now()))
        wanted.append(late if overdue else ~late)
    if follow_up is not None:
        wanted.append(columns.follow_up if follow_up else ~columns.follow_up)
    if text:
        await seen(services, user, "search", "", address(request))
        wanted += [_says(services, word) for word in text.split()]
    if since:
        wanted.append(columns.registered_at >= datetime.combine(since, time.min, BEIJING))
    if until:
        wanted.append(columns.registered_at <= datetime.combine(until, time.max, BEIJING))
    rows = await services.queries.cases.page(and_(*wanted), limit + 1, _read_cursor(cursor))
    applicants = [row.state.get("applicant") for row in rows[:limit]]
    applicants = await services.personal.opened(applicants, *(row.case_no for row in rows[:limit]))
    items = [_item(row, applicant) for row, applicant in zip(rows, applicants, strict=False)]
    return Answer({"items": items, "next": _cursor(rows[limit - 1]) if len(rows) > limit else None})


def _says(services: Services, word: str) -> ColumnElement[bool]:
    """Whether the word is in number or matter, or all its pieces in the narrative, which is sealed."""
    columns: Any = CaseRow
    words: Any = CaseWordsRow
    narrated = select(words.case_no).where(words.pieces.contains(services.personal.wanted_pieces(word)))
    return or_(columns.search.icontains(word, autoescape=True), columns.case_no.in_(narrated))


def _item(row: Any, applicant: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "case_no": row.case_no,
        "stage": row.stage,
        "category": row.category,
        "request_type": row.request_type,
        "channel": row.channel,
        "unit": row.unit,
        "matter": row.matter,
        "applicant": masked(applicant),
        "registered_at": instant(row.registered_at),
        "due_at": instant(row.due_at) if row.clock_state == "running" else None,
        "overdue": row.overdue
        or bool(row.clock_state == "running" and row.due_at and row.due_at <= datetime.now(BEIJING)),
        "departments": row.departments,
        "timeline_length": row.seq,
    }


def _cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(f"{row.registered_at.isoformat()}|{row.case_no}".encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    try:
        at, case_no = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        return datetime.fromisoformat(at), case_no
    except (ValueError, binascii.Error):
        raise Problem(422, "翻页标记无效，请从第一页重新查询") from None


@router.get("/{case_no}", summary="查看")
async def show(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> Answer:
    """案件全貌，按查看人权限脱敏；查看留痕，反映人可以看到是哪个单位的什么人看过。"""
    shown = await reading.read(services, user, case_no)
    await seen(services, user, READ, case_no, address(request))
    return Answer(shown)


@router.get("/{case_no}/timeline", summary="台账")
async def timeline(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Answer:
    """逐条台账：谁在何时以何身份做了什么。"""
    found = await finding.find_readable(services, user, case_no)
    await seen(services, user, "timeline", case_no, address(request))
    items = await told(services, user, found, after, limit + 1)
    return Answer({"items": items[:limit], "next": items[limit - 1]["seq"] if len(items) > limit else None})


async def told(services: Services, user: User, found: Found, after: int, limit: int) -> list[dict[str, Any]]:
    """A stretch of the timeline as this reader sees it."""
    full = sees_applicant(user, found, await services.organisation())
    if user.role in inquiries.READERS:
        return await _merged(services, found, after, limit, full)
    entries = await services.queries.cases.timeline(found.case_no, after, limit)
    details = services.personal.opened_with(found.keys, [row.detail for row in entries])
    return [_entry(row, detail, full, user.role) for row, detail in zip(entries, details, strict=True)]


async def _merged(services: Services, found: Found, after: int, limit: int, full: bool) -> list[dict[str, Any]]:
    """What supervisors and auditors read: the case's entries and its inquiries', numbered as they stand here."""
    sealed = inquiries.placed(await services.queries.inquiries.entries_of_case(found.case_no))
    before = sum(place <= after for place, _ in sealed)
    here = {place: row for place, row in sealed if after < place <= after + limit}
    own = iter(await services.queries.cases.timeline(found.case_no, after - before, limit - len(here)))
    stretch = []
    for place in range(after + 1, after + limit + 1):
        row, inquiry_id = (here[place], here[place].case_no) if place in here else (next(own, None), None)
        if row is None:
            break
        stretch.append((place, row, inquiry_id))
    details = services.personal.opened_with(found.keys, [row.detail for _, row, _ in stretch])
    return [
        {
            **_entry(row, detail, full, Role.SUPERVISOR),
            "seq": place,
            "ledger_seq": row.seq,
            "inquiry_id": inquiry_id,
        }
        for (place, row, inquiry_id), detail in zip(stretch, details, strict=True)
    ]


def _entry(row: Any, said: dict[str, Any], full: bool, reader: Role) -> dict[str, Any]:
    detail = dict(said)
    if not full:
        for person in ("applicant", "proxy"):
            if person in detail:
                detail[person] = masked(detail[person])
    if row.action == Action.ATTACHED and detail.get("visibility") == Visibility.WINDOW and reader is Role.LIAISON:
        detail = {"visibility": detail["visibility"]}
    for made_by_the_door in ("opening", "origin"):
        detail.pop(made_by_the_door, None)
    return {
        "seq": row.seq,
        "at": instant(row.at),
        "action": row.action,
        "actor": row.actor,
        "role": row.role,
        "unit": row.unit,
        "detail": detail,
    }


@router.get("/{case_no}/commands", summary="可办事项", responses={304: {"description": "与 If-None-Match 所指的相同"}})
async def commands(
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    known: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """本人现在能做什么，各需填写什么；不能做的，说明原因。"""
    offered = await offers.of(services, user, await finding.find_readable(services, user, case_no))
    headers = {"ETag": f'"{offers.version(offered)}"'}
    if known == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Answer(
        {"items": [{**offer, "schema": offers.written_schema(offer["command"])} for offer in offered]}, headers=headers
    )


@router.get(
    "/{case_no}/documents/{document_no}", summary="文书", response_class=HTMLResponse, responses=papers.DOCUMENTED
)
async def document(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    document_no: str,
    form: Annotated[papers.Form, Query(alias="format", description="网页或 Word 文档")] = papers.Form.HTML,
) -> Response:
    """已出具的文书，文字与出具时一致。看不到反映人信息的，得到隐去个人信息的查阅副本。"""
    found = await finding.find_readable(services, user, case_no)
    full = sees_applicant(user, found, await services.organisation())
    paper = await papers.paper(services, found, document_no, form, full=full)
    await seen(services, user, "document", case_no, address(request))
    return paper


@router.post("/{case_no}/{command}", summary="办理", openapi_extra=documented())
async def act(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    command: str,
    body: BodyDep,
    key: Key = None,
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
) -> Answer:
    """对案件做一件事（受理、诊断、交办……），返回办理后的案件。各命令的内容见 /commands。"""
    return Answer(
        await handler.act(services, user, case_no, command, body, key=key, if_match=if_match, address=address(request))
    )
