"""现场更新的页面通道: one stream for a page of staff, one for an applicant's."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.commands import finding
from api.http.live import Concerns
from api.identity.dependencies import ServicesDep
from api.pages.progress import record_by_code
from api.pages.render import VisitorDep
from api.services import Services
from models.access import User, may_read

router = APIRouter(include_in_schema=False)

Since = Annotated[int, Query(ge=0, le=2**62)]


@router.get("/live")
async def live(services: ServicesDep, user: VisitorDep, since: Since, case: str = "") -> Response:
    """A case that this person may read, or everything in their scope."""
    if case:
        await finding.find_readable(services, user, case)
    return _stream(services, since, partial(_of_user, services, user, case))


@router.get("/progress/{case_no}/live")
async def live_progress(request: Request, services: ServicesDep, case_no: str, since: Since) -> Response:
    """The case whose code this browser holds; 204, which ends the asking, for any other."""
    if await record_by_code(request, services, case_no) is None:
        return Response(status_code=204)

    async def concerns(cases: set[str]) -> bool:
        return case_no in cases

    return _stream(services, since, concerns)


def _stream(services: Services, since: int, concerns: Concerns) -> Response:
    return StreamingResponse(services.feed.stream(since, concerns), media_type="text/event-stream")


async def _of_user(services: Services, user: User, case: str, cases: set[str]) -> bool:
    if case and case not in cases:
        return False
    organisation = await services.organisation()
    for case_no in [case] if case else sorted(cases):
        record = await services.queries.cases.case(case_no)
        if record and may_read(user, record, organisation):
            return True
    return False
