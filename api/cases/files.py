"""Files of a case (案件附件): taken from staff and the applicant, recorded by a command, opened for its readers."""

from typing import Any

from fastapi import Response

from api.attachments.keeping import given_back, keep
from api.cases import handler
from api.http.bodies import Body
from api.http.errors import Problem
from api.http.uploads import Upload
from api.queries import CaseRecord
from api.services import Services
from models.access import User
from models.actions import CommandName
from models.case.parts import Attachment
from models.case.records import may_open
from models.codes import Role, Visibility
from models.errors import FieldError
from models.views.files import AttachmentView
from models.views.parts import CITIZEN_PATH, STAFF_PATH, attachment_view


async def kept_for_staff(
    services: Services, user: User, record: CaseRecord, upload: Upload, address: str
) -> AttachmentView:
    """A file from staff, recorded by `attach`."""
    visibility = upload.fields.get("visibility") or Visibility.CASE.value
    if visibility not in set(Visibility):
        raise Problem(422, "没有这种可见范围", errors=[FieldError("visibility", "应为 case、window 或 applicant")])
    note = upload.fields.get("note", "").strip()

    async def attach(fields: dict[str, Any]) -> None:
        body = Body.of({**fields, **({"note": note} if note else {})})
        await handler.act(
            services, user, record.case_no, CommandName.ATTACH, body, key=None, if_match=None, address=address
        )

    return await _view(services, record, await keep(services, record, upload, attach, visibility), STAFF_PATH)


async def kept_for_citizen(
    services: Services, record: CaseRecord, code: str, upload: Upload, address: str
) -> AttachmentView:
    """A file from the applicant, recorded by `hand_in`."""

    async def hand_in(fields: dict[str, Any]) -> None:
        body = Body.of({name: value for name, value in fields.items() if name != "visibility"})
        await handler.act_as_citizen(
            services, record.case_no, code, CommandName.HAND_IN, body, key=None, address=address
        )

    kept = await keep(services, record, upload, hand_in, Visibility.APPLICANT.value, by_applicant=True)
    return await _view(services, record, kept, CITIZEN_PATH)


async def opened(services: Services, record: CaseRecord, user: User, attachment_id: str) -> Response:
    """A file for a reader of the case. 404 where there is none that they may open."""
    kept = next((each for each in record.case.state.attachments if each.id == attachment_id), None)
    if kept is None or not may_open(kept, Role(user.role), user.unit):
        raise Problem(404, "本案没有这个附件")
    return await given_back(services, record, kept)


async def _view(services: Services, record: CaseRecord, kept: Attachment, path: str) -> AttachmentView:
    name = await services.personal.opened(kept.name, record.case_no)
    return attachment_view(record.case_no, kept.model_copy(update={"name": name}), path)
