"""案件: register, list, read, act."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.cases import handler, offers, reading, registration
from api.cases.listing import USUAL, Filter, listing
from api.cases.timeline import page
from api.commands import finding
from api.http.answers import Answer
from api.http.bodies import BodyDep, documented
from api.identity.access_log import READ, seen
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.papers import answer as papers
from models.access import WINDOW, sees_applicant
from models.codes import Category, Channel, Stage
from models.views.base import Listed, Page
from models.views.case import CaseView, RegisteredCase
from models.views.inquiries import AppealReceived
from models.views.listing import CaseLine, LikelyDuplicate
from models.views.offers import DescribedOffer
from models.views.timeline import Timeline

router = APIRouter(prefix="/api/cases", tags=["案件"])

Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post("", status_code=201, summary="登记", openapi_extra=documented(), response_model=RegisteredCase)
async def register(request: Request, services: ServicesDep, user: UserDep, body: BodyDep, key: Key = None) -> Answer:
    """登记一件办不成的事。同一个 Idempotency-Key 重试得到同一件；疑似重复只提示，不拒绝。"""
    case = await registration.register(services, user, body, key, address(request))
    return Answer(case, 201, {"Location": f"/api/cases/{case.case_no}"})


@router.post("/duplicates", summary="登记前查重", openapi_extra=documented())
async def likely_duplicates(services: ServicesDep, user: UserDep, body: BodyDep) -> Listed[LikelyDuplicate]:
    """同一人、同一事项、近日在本区登记的案件；内容同登记，填到反映人和事项即可查。只提示，不拒绝登记。"""
    require(user, *WINDOW)
    body.fields()
    return Listed[LikelyDuplicate](items=await registration.duplicates(services, user.unit, body))


@router.get("", summary="列表")
async def listed(
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
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Page[CaseLine]:
    """可见范围内的案件，按登记时间倒序；用返回的 next 取下一页。"""
    wanted = Filter(
        stage=stage,
        category=category,
        unit=unit,
        department=department,
        overdue=overdue,
        channel=channel,
        follow_up=follow_up,
        text=text,
        since=since,
        until=until,
    )
    return await listing(services, user, wanted, cursor, address(request), limit)


@router.get("/{case_no}", summary="查看", response_model=CaseView)
async def show(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> Answer:
    """案件全貌，按查看人权限脱敏；查看留痕，反映人可以看到是哪个单位的什么人看过。"""
    case = await reading.read(services, user, case_no)
    await seen(services, user, READ, case_no, address(request))
    return Answer(case)


@router.get("/{case_no}/timeline", summary="台账")
async def timeline(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    case_no: str,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Timeline:
    """逐条台账：谁在何时以何身份做了什么。"""
    record = await finding.find_readable(services, user, case_no)
    await seen(services, user, "timeline", case_no, address(request))
    return await page(services, user, record, after, limit)


@router.get(
    "/{case_no}/commands",
    summary="可办事项",
    response_model=Listed[DescribedOffer],
    responses={304: {"description": "与 If-None-Match 所指的相同"}},
)
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
    items = [{**dict(offer), "schema": offers.written_schema(offer.command)} for offer in offered]
    return Answer({"items": items}, headers=headers)


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
    record = await finding.find_readable(services, user, case_no)
    full = sees_applicant(user, record, await services.organisation())
    paper = await papers.paper(services, record, document_no, form, full=full)
    await seen(services, user, "document", case_no, address(request))
    return paper


@router.post(
    "/{case_no}/{command}",
    summary="办理",
    openapi_extra=documented(),
    response_model=CaseView | AppealReceived,
)
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
