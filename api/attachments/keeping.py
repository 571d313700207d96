"""Keeping a file and giving it back (存取附件): sealed first, then recorded; a file without its entry is nobody's."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Response

from api.attachments.kinds import cleaned
from api.http.errors import Problem
from api.http.uploads import Upload
from api.queries import CaseRecord
from api.services import Services
from models.case.parts import Attachment
from models.case.records import MOST_ATTACHMENTS, require_room_for_files
from models.errors import FieldError, Refusal

MOST_BYTES = 20 << 20

MOST_STORED = 2 * MOST_ATTACHMENTS
"""Files of one case in the store: besides those in the ledger, a few that a crash left there."""

Recorder = Callable[[dict[str, Any]], Awaitable[None]]
"""Gives the command that records a file."""


async def keep(
    services: Services,
    record: CaseRecord,
    upload: Upload,
    recorder: Recorder,
    visibility: str,
    *,
    by_applicant: bool = False,
) -> Attachment:
    """Look at the file, seal and store it, record it. A file with a fault changes nothing."""
    require_room_for_files(record.case, by_applicant=by_applicant)
    if await services.attachments.count(record.case_no) >= MOST_STORED:
        raise Problem(409, "本案在存储中的文件已达上限，不能再上传；还有材料请送到窗口")
    if not upload.content:
        raise Problem(422, "文件是空的", errors=[FieldError("file", "文件是空的")])
    content, media_type = cleaned(upload.content)
    await services.scanner.check(content)
    attachment_id = secrets.token_urlsafe(12)
    sealed = await services.personal.sealed_bytes(record.case_no, content, attachment_id)
    await services.attachments.put(_place(record.case_no, attachment_id), sealed)
    fields = {
        "name": upload.name.replace("\\", "/").rpartition("/")[2][-100:],
        "sha256": hashlib.sha256(content).hexdigest(),
        "attachment_id": attachment_id,
        "media_type": media_type,
        "size": len(content),
        "visibility": visibility,
    }
    try:
        await recorder(fields)
    except Refusal as refusal:
        if refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR:  # else it may be in the ledger all the same
            await services.attachments.remove(_place(record.case_no, attachment_id))
        raise
    kept = await services.queries.cases.case(record.case_no)
    assert kept is not None, "a case is never removed"
    return next(each for each in kept.case.state.attachments if each.id == attachment_id)


async def given_back(services: Services, record: CaseRecord, attachment: Attachment) -> Response:
    """The file as it was kept. 404 where it is gone, 409 where it differs from the ledger's digest."""
    sealed = await services.attachments.get(_place(record.case_no, attachment.id))
    if sealed is None:
        raise Problem(404, "附件不在存储中：请联系系统管理员恢复备份")
    content = await services.personal.opened_bytes(record.case_no, sealed, attachment.id)
    if not hmac.compare_digest(hashlib.sha256(content or b"").hexdigest(), attachment.sha256):
        raise Problem(409, "附件内容与台账记载不符，不予提供：请联系审计人员")
    name = await services.personal.opened(attachment.name, record.case_no)
    head = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=attachment.media_type, headers=head)


def _place(case_no: str, attachment_id: str) -> str:
    return f"{case_no}/{attachment_id}"
