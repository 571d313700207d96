"""提醒: the user's reminders, bundled, the newest first."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep
from api.queries.rows import AnyRow
from models.ledger import stamp_time
from models.views.base import Listed, instant
from models.views.reminders import Reminder, ReminderItem

router = APIRouter(prefix="/api/reminders", tags=["提醒"])


@router.get("", summary="我的提醒")
async def listing(
    services: ServicesDep,
    user: UserDep,
    unread: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Listed[Reminder]:
    """发给本人的汇总提醒：哪件、什么时限、到了百分之几、何时到期。只在上班时间发出，同一档只提醒一次。"""
    rows = await services.queries.reminders.of(user.username, unread=unread, limit=limit)
    return Listed(items=[_shown(row) for row in rows])


@router.post("/{number}/read", summary="已阅", openapi_extra=documented())
async def read(services: ServicesDep, user: UserDep, number: int, body: BodyDep) -> Reminder:
    """标为已阅；只能标发给本人的。"""
    body.fields()
    row = await services.queries.reminders.read(user.username, number) if abs(number) < 2**63 else None
    if row is None:
        raise Problem(404, "没有发给您的这条提醒，请核对编号")
    return _shown(row)


def _shown(row: AnyRow) -> Reminder:
    items = [ReminderItem(**item) for item in row.items]
    return Reminder(id=row.id, at=stamp_time(row.made_at), read_at=instant(row.read_at), items=items)
