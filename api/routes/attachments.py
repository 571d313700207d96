"""附件: files of a case, from staff and from the applicant."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.attachments.keeping import MOST_BYTES
from api.cases import files
from api.commands import finding
from api.http.answers import AnyFile
from api.http.uploads import uploaded
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, UserDep, address
from models.codes import Visibility
from models.views.files import AttachmentView

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
Code = Annotated[str, Query(min_length=1, max_length=40)]


@router.post("/api/cases/{case_no}/attachments", status_code=201, summary="上传附件", openapi_extra=FORM)
async def upload(request: Request, services: ServicesDep, user: UserDep, case_no: str) -> AttachmentView:
    """图片、PDF、Word、Excel，每个不超过 20 MB；图片去掉拍摄信息。可见范围：case、window、applicant，默认 case。"""
    record = await finding.find_readable(services, user, case_no)
    sent = await uploaded(request, MOST_BYTES)
    return await files.kept_for_staff(services, user, record, sent, address(request))


@router.get("/api/cases/{case_no}/attachments/{attachment_id}", summary="打开附件", response_class=AnyFile)
async def show(request: Request, services: ServicesDep, user: UserDep, case_no: str, attachment_id: str) -> Response:
    """附件原文件，与台账摘要核对一致才提供；打开留痕。"""
    record = await finding.find_readable(services, user, case_no)
    answer = await files.opened(services, record, user, attachment_id)
    await seen(services, user, "attachment", case_no, address(request))
    return answer


@router.post("/api/public/cases/{case_no}/attachments", status_code=201, summary="反映人上传附件", openapi_extra=FORM)
async def upload_as_citizen(request: Request, services: ServicesDep, case_no: str, code: Code) -> AttachmentView:
    """照片或文件，每个不超过 20 MB。"""
    record = await finding.with_code(services, case_no, code, address(request))
    sent = await uploaded(request, MOST_BYTES)
    return await files.kept_for_citizen(services, record, code, sent, address(request))


@router.get("/api/public/cases/{case_no}/attachments/{attachment_id}", summary="反映人打开附件", response_class=AnyFile)
async def show_to_citizen(
    request: Request, services: ServicesDep, case_no: str, attachment_id: str, code: Code
) -> Response:
    """自己提交的，和窗口给反映人看的。"""
    record = await finding.with_code(services, case_no, code, address(request))
    return await files.opened(services, record, finding.CITIZEN, attachment_id)
