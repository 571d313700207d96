"""督导事项: the pool of the 督导组, and the register of holes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.commands import ledgers
from api.http.answers import Answer
from api.http.bodies import BodyDep, documented
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.routes.cases import Key
from api.supervision import oversight
from models.codes import OversightKind, Role
from models.views.base import Listed
from models.views.ledger import EntryView

router = APIRouter(prefix="/api/oversight", tags=["监督"])


@router.get("", summary="任务池与漏洞台账")
async def listing(
    services: ServicesDep,
    user: UserDep,
    closed: bool | None = None,
    kind: OversightKind | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> dict[str, Any]:
    """监督人员看本区全部；漏洞另由整改责任单位和本区牵头单位查看，不显示由何而来。

    未办结的在前，先到期的在前；next 作为 after 翻到下一页。
    """
    require(user, *oversight.READERS)
    last = after.replace("\0", "") if after else None
    found = await services.queries.oversight.visible(user, closed=closed, kind=kind, limit=limit + 1, after=last)
    more = found[limit - 1].number if len(found) > limit else None
    return {"items": [await oversight.shown(services, user, each) for each in found[:limit]], "next": more}


@router.post("", status_code=201, summary="开出督导事项", openapi_extra=documented())
async def open_task(services: ServicesDep, user: UserDep, body: BodyDep) -> Answer:
    """kind 为 ordered（督导组自行提出：what，of_case 可填）或 hole（漏洞：what、hole、owner）；working_days 可填。"""
    shown = await oversight.open_by_hand(services, user, body)
    return Answer(shown, 201, {"Location": f"/api/oversight/{shown['no']}"})


@router.get("/{number}", summary="一项督导事项")
async def show(services: ServicesDep, user: UserDep, number: str) -> Answer:
    """现在到哪一步、本人能做什么。"""
    return Answer(await oversight.shown(services, user, await oversight.find(services, user, number)))


@router.get("/{number}/timeline", summary="督导台账")
async def timeline(services: ServicesDep, user: UserDep, number: str) -> Listed[EntryView]:
    """逐条台账，只有监督和审计可以查看。"""
    require(user, Role.SUPERVISOR, Role.AUDITOR)
    await oversight.find(services, user, number)
    entries = await services.queries.oversight.entries(number)
    return ledgers.timeline(entries, hidden=("calendar", "rules", "profile", "profile_version"))


@router.post("/{number}/{command}", summary="督导办理", openapi_extra=documented())
async def act(
    request: Request, services: ServicesDep, user: UserDep, number: str, command: str, body: BodyDep, key: Key = None
) -> Answer:
    """认领 claim、退回 release、报整改证明 prove、退回证明 send_back、办结 close_task。"""
    return Answer(await oversight.act(services, user, number, command, body, key, address(request)))
