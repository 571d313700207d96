"""当场咨询: a consultation answered at the counter is counted apart, and can become a case (R09, IN3)."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import registration
from api.deps import ServicesDep, UserDep, require
from api.errors import Problem
from api.routes.cases import AnyBody, Key, address
from models.access import WINDOW, own_units
from models.case.wording import Explanation, Text
from models.codes import Role
from models.ledger import BEIJING
from models.view import instant

router = APIRouter(prefix="/api/advice", tags=["咨询"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Advice(BaseModel):
    """A question answered at once. No personal data is asked for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    unit: Name
    matter: Name
    question: Text
    answer: Explanation
    basis: Annotated[str, StringConstraints(max_length=1000)] = ""


@router.post("", status_code=201, summary="登记咨询")
async def register(wired: ServicesDep, user: UserDep, body: Advice, key: Key = None) -> dict[str, Any]:
    """登记一次当场答复的咨询；单独编号、单独计数。"""
    require(user, *WINDOW)
    organisation = await wired.organisation()
    if body.unit not in organisation.subtree(user.unit):
        raise Problem(403, "只能为本窗口或下级窗口登记")
    unit = organisation.units[body.unit]
    row = await wired.queries.desk.keep_advice(unit, user.username, key, body.model_dump())
    return _shown(row)


@router.get("", summary="咨询列表与计数")
async def listing(
    wired: ServicesDep,
    user: UserDep,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """可见范围内的咨询，及总数；计数按登记时间，任何过去日期都可重现。"""
    require(user, *WINDOW, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    units = None if user.role == Role.AUDITOR else own_units(user, await wired.organisation())
    begin = datetime.combine(since, time.min, BEIJING) if since else None
    end = datetime.combine(until + timedelta(days=1), time.min, BEIJING) if until else None
    rows, count = await wired.queries.desk.advice(units, begin, end, limit)
    return {"items": [_shown(row) for row in rows], "count": count}


@router.post("/{advice_no}/case", status_code=201, summary="转为案件")
async def become_case(
    request: Request, wired: ServicesDep, user: UserDep, advice_no: str, body: AnyBody, key: Key = None
) -> dict[str, Any]:
    """把咨询转为案件，保留最初反映的时间。内容同登记。"""
    require(user, *WINDOW)
    row = await wired.queries.desk.one_advice(advice_no)
    if row is None:
        raise Problem(404, f"查不到咨询 {advice_no}，请核对编号")
    if row.unit not in (await wired.organisation()).subtree(user.unit):
        raise Problem(403, "这条咨询不在您单位的办理范围内")
    if row.case_no is not None and key is None:
        raise Problem(409, f"这条咨询已经转为案件 {row.case_no}")
    extra = {"advice_no": advice_no, "first_contact_at": instant(row.at)}
    shown = await registration.register(wired, user, body, key, address(request), extra)
    await wired.queries.desk.advice_became(advice_no, shown["case_no"])
    return shown


def _shown(row: Any) -> dict[str, Any]:
    names = ("advice_no", "unit", "matter", "question", "answer", "basis", "case_no")
    return {**{name: getattr(row, name) for name in names}, "at": instant(row.at), "by": row.actor}
