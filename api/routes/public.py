"""群众端: progress and the citizen's commands, by case number and query code, without an account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.cases import handler, reading
from api.cases.looks import looks
from api.commands import finding
from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, address
from api.papers import answer as papers
from api.routes.cases import Key
from models.views.base import Page
from models.views.citizen import CitizenView, Look

router = APIRouter(prefix="/api/public/cases", tags=["群众"])

MOST_ACCESSES = 200

Code = Annotated[str, Query(min_length=1, max_length=40)]


@router.get("/{case_no}", summary="查进度")
async def progress(request: Request, services: ServicesDep, case_no: str, code: Code) -> CitizenView:
    """凭编号和查询码查看办到哪一步、谁在办、何时答复。"""
    return await reading.read_as_citizen(services, case_no, code, address(request))


@router.get(
    "/{case_no}/documents/{document_no}", summary="文书", response_class=HTMLResponse, responses=papers.DOCUMENTED
)
async def document(
    request: Request,
    services: ServicesDep,
    case_no: str,
    document_no: str,
    code: Code,
    form: Annotated[papers.Form, Query(alias="format")] = papers.Form.HTML,
) -> Response:
    """已向您出具的文书。"""
    record = await finding.with_code(services, case_no, code, address(request))
    return await papers.paper(services, record, document_no, form, full=True, for_applicant=True)


@router.get("/{case_no}/accesses", summary="谁看过我的材料")
async def accesses(
    request: Request,
    services: ServicesDep,
    case_no: str,
    code: Code,
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
) -> Page[Look]:
    """哪个单位的什么岗位、何时、看了什么；不显示姓名，最近的在前，next 作为 before 翻到更早的。

    监督和审计的查看另有记录，不在此列。
    """
    await finding.with_code(services, case_no, code, address(request))
    return await looks(services, case_no, MOST_ACCESSES, before)


@router.post("/{case_no}/{command}", summary="反映人办理", openapi_extra=documented())
async def act(
    request: Request,
    services: ServicesDep,
    case_no: str,
    command: str,
    body: BodyDep,
    code: Code,
    key: Key = None,
) -> CitizenView:
    """补交材料、提出异议、认可解释、投诉、撤回、评价。"""
    return await handler.act_as_citizen(services, case_no, code, command, body, key=key, address=address(request))
