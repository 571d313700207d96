"""月度联席会议: called, looked into, decided, closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.commands import ledgers
from api.http.answers import ALREADY, Answer
from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.office import meetings
from api.routes.cases import Key
from models.codes import Role
from models.months import MONTH
from models.views.base import Listed
from models.views.ledger import EntryView

router = APIRouter(prefix="/api/meetings", tags=["联席会议"])

Month = Annotated[str, Path(pattern=MONTH)]


@router.post("", status_code=201, summary="召集本月会议", responses=ALREADY)
async def hold(services: ServicesDep, user: UserDep) -> Answer:
    """议程自动整理：存疑、超期、差评、挂账、暂时办不了和在办的案件。已经召开的，返回那一次。"""
    new, shown = await meetings.hold(services, user)
    return Answer(shown, 201 if new else 200)


@router.get("", summary="历次会议")
async def listing(services: ServicesDep, user: UserDep) -> dict[str, Any]:
    """本区历次会议，最近的在前。"""
    require(user, *meetings.READERS)
    found = await services.queries.meetings.of_district(None if user.role == Role.AUDITOR else user.district)
    names = ("district", "month", "closed", "overdue", "opened_at")
    return {"items": [{name: getattr(meeting.state, name) for name in names} for meeting in found]}


@router.get("/{district}/{month}", summary="一次会议")
async def show(services: ServicesDep, user: UserDep, district: str, month: Month) -> Answer:
    """议程、到会、逐件记录、议定事项；只列出本人可以查看的案件。"""
    return Answer(await meetings.shown(services, user, await meetings.find(services, user, district, month)))


@router.get("/{district}/{month}/timeline", summary="会议台账")
async def timeline(services: ServicesDep, user: UserDep, district: str, month: Month) -> Listed[EntryView]:
    """逐条台账。"""
    require(user, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    meeting = await meetings.find(services, user, district, month)
    return ledgers.timeline(await services.queries.meetings.entries(meeting.state.case_no))


@router.post("/{district}/{month}/{command}", summary="会议办理", openapi_extra=documented())
async def act(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    district: str,
    month: Month,
    command: str,
    body: BodyDep,
    key: Key = None,
) -> Answer:
    """列入议程、到会登记、议题记录、议定事项、提出疑点、结束会议。"""
    return Answer(await meetings.act(services, user, district, month, command, body, key, address(request)))
