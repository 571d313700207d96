"""群众端: progress and the citizen's commands, by case number and query code, without an account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api import door
from api.answer import Answer
from api.body import BodyDep, documented
from api.deps import ServicesDep
from api.routes.cases import Key, address

router = APIRouter(prefix="/api/public/cases", tags=["群众"])

Code = Annotated[str, Query(min_length=1, max_length=40)]


@router.get("/{case_no}", summary="查进度")
async def progress(request: Request, wired: ServicesDep, case_no: str, code: Code) -> Answer:
    """凭编号和查询码查看办到哪一步、谁在办、何时答复。"""
    return Answer(await door.read_as_citizen(wired, case_no, code, address(request)))


@router.get("/{case_no}/documents/{document_no}", summary="文书", response_class=HTMLResponse)
async def document(request: Request, wired: ServicesDep, case_no: str, document_no: str, code: Code) -> Response:
    """已出具的文书。"""
    found = await door.with_code(wired, case_no, code, address(request))
    return await door.document(wired, found, document_no)


@router.post("/{case_no}/{command}", summary="反映人办理", openapi_extra=documented())
async def act(
    request: Request,
    wired: ServicesDep,
    case_no: str,
    command: str,
    body: BodyDep,
    code: Code,
    key: Key = None,
) -> Answer:
    """补交材料、提出异议、认可解释、投诉、撤回、评价。"""
    return Answer(await door.act_as_citizen(wired, case_no, code, command, body, key=key, address=address(request)))
