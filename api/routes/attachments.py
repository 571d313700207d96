"""附件: files of a case, from staff and from the applicant."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.attachments.keeping import MOST_BYTES, given_back, keep
from api.cases import handler
from api.commands import finding
from api.http.answers import Answer
from api.http.bodies import Body
from api.http.errors import Problem
from api.http.uploads import Upload, uploaded
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, UserDep, address
from api.queries import Found
from api.services import Services
from models.access import User
from models.actions import CommandName
from models.case.records import may_open
from models.codes import Role, Visibility
from models.errors import FieldError
from models.view import attachment_view

router = APIRouter(tags=["附件"])

FORM: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "note": {"type": "string"},
                        "visibility": {"type": "string", "enum": [each.value for each in Visibility]},
                    },
                }
            }
        }
    }
}
FILE: dict[int | str, dict[str, Any]] = {200: {"description": "文件", "content": {"application/octet-stream": {}}}}
Code = Annotated[str, Query(min_length=1, max_length=40)]


@router.post("/api/cases/{case_no}/attachments", status_code=201, summary="上传附件", openapi_extra=FORM)
async def upload(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> Answer:
    """图片、PDF、Word、Excel，每个不超过 20 MB；图片去掉拍摄信息。可见范围：case、window、applicant，默认 case。"""
    found = await finding.find_readable(services, user, case_no)
    sent = await uploaded(request, MOST_BYTES)
    return Answer(await kept_for_staff(services, user, found, sent, address(request)), 201)


@router.get("/api/cases/{case_no}/attachments/{attachment_id}", summary="打开附件", responses=FILE)
async def show(request: Request, services: ServicesDep, user: UserDep, case_no: str, attachment_id: str) -> Response:
    """附件原文件，与台账摘要核对一致才提供；打开留痕。"""
    found = await finding.find_readable(services, user, case_no)
    answer = await opened(services, found, user, attachment_id)
    await seen(services, user, "attachment", case_no, address(request))
    return answer


@router.post("/api/public/cases/{case_no}/attachments", status_code=201, summary="反映人上传附件", openapi_extra=FORM)
async def upload_as_citizen(request: Request, services: ServicesDep, case_no: str, code: Code) -> Answer:
    """照片或文件，每个不超过 20 MB。"""
    found = await finding.with_code(services, case_no, code, address(request))
    sent = await uploaded(request, MOST_BYTES)
    return Answer(await kept_for_citizen(services, found, code, sent, address(request)), 201)


@router.get("/api/public/cases/{case_no}/attachments/{attachment_id}", summary="反映人打开附件", responses=FILE)
async def show_to_citizen(
    request: Request, services: ServicesDep, case_no: str, attachment_id: str, code: Code
) -> Response:
    """自己提交的，和窗口给反映人看的。"""
    found = await finding.with_code(services, case_no, code, address(request))
    return await opened(services, found, finding.CITIZEN, attachment_id)


async def kept_for_staff(services: Services, user: User, found: Found, sent: Upload, where: str) -> dict[str, Any]:
    """A file from staff, recorded by `attach`."""
    visibility = sent.fields.get("visibility") or Visibility.CASE.value
    if visibility not in set(Visibility):
        raise Problem(422, "没有这种可见范围", errors=[FieldError("visibility", "应为 case、window 或 applicant")])
    note = sent.fields.get("note", "").strip()

    async def record(said: dict[str, Any]) -> None:
        body = Body.of({**said, **({"note": note} if note else {})})
        await handler.act(
            services, user, found.case_no, CommandName.ATTACH, body, key=None, if_match=None, address=where
        )

    kept = await keep(services, found, sent, record, visibility)
    return await services.personal.opened(attachment_view(found.case_no, kept), found.case_no)


async def kept_for_citizen(services: Services, found: Found, code: str, sent: Upload, where: str) -> dict[str, Any]:
    """A file from the applicant, recorded by `hand_in`."""

    async def record(said: dict[str, Any]) -> None:
        said.pop("visibility")
        await handler.act_as_citizen(
            services, found.case_no, code, CommandName.HAND_IN, Body.of(said), key=None, address=where
        )

    kept = await keep(services, found, sent, record, Visibility.APPLICANT.value, by_applicant=True)
    return await services.personal.opened(attachment_view(found.case_no, kept), found.case_no)


async def opened(services: Services, found: Found, user: User, attachment_id: str) -> Response:
    """A file for a reader of the case. 404 where there is none that they may open."""
    kept = next((each for each in found.case.state.attachments if each.id == attachment_id), None)
    if kept is None or not may_open(kept, Role(user.role), user.unit):
        raise Problem(404, "本案没有这个附件")
    return await given_back(services, found, kept)
