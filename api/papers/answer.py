"""A paper as somebody asks for it: the page, or the Word document."""

from enum import StrEnum
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.papers.handing_out import HandedOut, handed_out
from api.papers.page import as_page
from api.papers.word import MEDIA_TYPE, as_word
from api.queries import CaseRecord
from api.services import Services


class Form(StrEnum):
    """In which form a paper is wanted (格式)."""

    HTML = "html"
    DOCX = "docx"


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "网页，或 Word 文档", "content": {"text/html": {}, MEDIA_TYPE: {}}}
}


async def paper(
    services: Services, record: CaseRecord, no: str, form: Form, *, full: bool, for_applicant: bool = False
) -> Response:
    """The paper of that number. 404 where there is none for this reader."""
    return rendered(await handed_out(services, record, no, full=full, for_applicant=for_applicant), form)


def rendered(out: HandedOut, form: Form) -> Response:
    """A paper in this form."""
    if form is Form.HTML:
        return HTMLResponse(as_page(out))
    head = {"Content-Disposition": f'attachment; filename="{out.paper.no}.docx"'}
    return Response(as_word(out), media_type=MEDIA_TYPE, headers=head)
