"""一类事: drafted, agreed on, published, adopted, looked back on, retired; and laws that were amended."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.commands import ledgers
from api.http.answers import Answer
from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.papers.answer import DOCUMENTED, Form, rendered
from api.routes.cases import Key
from api.solutions import amended, handler
from models.case.wording import Name
from models.codes import Role
from models.solution.state import Content
from models.views.base import Listed
from models.views.ledger import EntryView
from models.views.solution import AmendedBasis, AmendedBasisView, SolutionBrief, SolutionView

router = APIRouter(prefix="/api", tags=["一类事"])

Number = Annotated[int, Path(ge=1, le=2**31)]


class NewSolution(Content):
    """A solution that somebody writes down (直接起草)."""

    departments: Annotated[list[Name], Field(max_length=30)] = Field(default_factory=list, description="征求意见的部门")


@router.get("/solutions", summary="一类事")
async def listing(services: ServicesDep, user: UserDep) -> Listed[SolutionBrief]:
    """本区的一类事：草案、生效的、暂停的、废止的，各有复用次数和受益对象；不含个人信息。"""
    return Listed(items=await handler.listed(services, user))


@router.post(
    "/solutions",
    status_code=201,
    summary="起草一类事",
    openapi_extra=documented(NewSolution),
    response_model=SolutionView,
)
async def draft(services: ServicesDep, user: UserDep, body: BodyDep, key: Key = None) -> Answer:
    """直接起草：办法，和征求哪些部门的意见。同一个 Idempotency-Key 重试得到同一个。"""
    number = await handler.open_by_hand(services, user, body, key)
    return Answer(await handler.shown(services, user, await handler.find(services, user, number)), 201)


@router.get("/solutions/{number}", summary="一个一类事", response_model=SolutionView)
async def show(services: ServicesDep, user: UserDep, number: str) -> Answer:
    """全文、各版、部门意见、采用和阅知、评估，以及本人现在可以办的事。"""
    return Answer(await handler.shown(services, user, await handler.find(services, user, number)))


@router.get("/solutions/{number}/timeline", summary="一类事台账")
async def timeline(services: ServicesDep, user: UserDep, number: str) -> Listed[EntryView]:
    """逐条台账。"""
    require(user, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    solution = await handler.find(services, user, number)
    return ledgers.timeline(await services.queries.solutions.entries(solution.state.case_no))


@router.get("/solutions/{number}/notice", summary="工作提示", responses=DOCUMENTED, response_class=HTMLResponse)
async def notice(
    services: ServicesDep, user: UserDep, number: str, format: Form = Form.HTML, version: int | None = None
) -> Response:
    """发布的一版，供打印张贴；不写 version 即最后一版。"""
    return rendered(await handler.notice_of(services, user, number, version), format)


@router.post(
    "/solutions/{number}/{command}",
    summary="一类事办理",
    openapi_extra=documented(),
    response_model=SolutionView,
)
async def act(
    request: Request, services: ServicesDep, user: UserDep, number: str, command: str, body: BodyDep, key: Key = None
) -> Answer:
    """部门意见、合法性审核（review）、发布、采用、阅知、修改、效果评估、暂停、废止。"""
    return Answer(await handler.act(services, user, number, command, body, key, address(request)))


@router.get("/amended-bases", summary="已修改的依据")
async def listed(services: ServicesDep, user: UserDep) -> Listed[AmendedBasis]:
    """本区登记过的依据修改，最新的在前。"""
    require(user, *amended.READERS)
    return Listed(items=await amended.listed(services, user))


@router.get("/amended-bases/{number}", summary="一项依据修改")
async def one(services: ServicesDep, user: UserDep, number: Number) -> AmendedBasisView:
    """因它暂停的一类事，曾据此答复不能办的案件。"""
    require(user, *amended.READERS)
    return await amended.one(services, user, number)


@router.post("/amended-bases", status_code=201, summary="登记依据修改")
async def amend(services: ServicesDep, user: UserDep, body: amended.Amended) -> AmendedBasisView:
    """依据已修改或废止：以它为依据的一类事随即暂停，曾据此答复不能办的案件逐件列出。"""
    require(user, *amended.KEEPERS)
    return await amended.amend(services, user, body)
