"""附件的页面通道: a file from a form, by staff and by an applicant."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.attachments.keeping import MOST_BYTES
from api.cases import files
from api.commands import finding
from api.http.uploads import uploaded
from api.identity.dependencies import ServicesDep, address
from api.identity.sessions import CSRF_FIELD
from api.pages.acts import Last
from api.pages.cases import case_page
from api.pages.progress import CODE_COOKIE, check_token, progress_page, record_by_code
from api.pages.render import VisitorDep
from models.actions import CommandName
from models.errors import Refusal

router = APIRouter(include_in_schema=False)


@router.post("/cases/{case_no}/attachments")
async def upload(request: Request, services: ServicesDep, user: VisitorDep, case_no: str) -> Response:
    """A file from staff. Refused: the case's page, saying why."""
    record = await finding.find_readable(services, user, case_no)
    try:
        sent = await uploaded(request, MOST_BYTES)
        services.sessions.check_meant(request, sent.fields.get(CSRF_FIELD))
        await files.kept_for_staff(services, user, record, sent, address(request))
    except Refusal as refusal:
        return await case_page(request, services, user, case_no, Last(tried=CommandName.ATTACH, refusal=refusal))
    return RedirectResponse(f"/cases/{case_no}?done=attach", 303)


@router.post("/progress/{case_no}/attachments")
async def upload_as_citizen(request: Request, services: ServicesDep, case_no: str) -> Response:
    """A file from the applicant. Refused: the progress page, saying why."""
    record = await record_by_code(request, services, case_no)
    if record is None:
        return RedirectResponse("/progress", 303)
    try:
        sent = await uploaded(request, MOST_BYTES)
        check_token(request, services, case_no, sent.fields.get("token", ""))
        await files.kept_for_citizen(services, record, request.cookies[CODE_COOKIE], sent, address(request))
    except Refusal as refusal:
        return await progress_page(
            request, services, record, refusal=refusal, typed={"command": CommandName.HAND_IN.value}
        )
    return RedirectResponse(f"/progress/{case_no}?done=hand_in", 303)


@router.get("/progress/{case_no}/attachments/{attachment_id}")
async def show_to_citizen(request: Request, services: ServicesDep, case_no: str, attachment_id: str) -> Response:
    """A file that the applicant may open."""
    record = await record_by_code(request, services, case_no)
    if record is None:
        return RedirectResponse("/progress", 303)
    return await files.opened(services, record, finding.CITIZEN, attachment_id)
