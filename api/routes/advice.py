"""当场咨询: a consultation answered at the counter is counted apart, and can become a case (R09, IN3)."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.cases import registration
from api.commands.idempotency import usable_key
from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, address, require
from api.queries.rows import AnyRow
from api.routes.cases import Key
from models.access import WINDOW, own_units
from models.case.wording import Explanation, Text
from models.codes import Role
from models.errors import FieldError
from models.ledger import BEIJING, stamp_time
from models.views.advice import AdviceList, AdviceView
from models.views.base import instant
from models.views.case import RegisteredCase

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


@router.post("", status_code=201, summary="登记咨询", openapi_extra=documented(Advice))
async def register(services: ServicesDep, user: UserDep, body: BodyDep, key: Key = None) -> AdviceView:
    """登记一次当场答复的咨询；单独编号、单独计数。同一个 Idempotency-Key 重试得到同一条。"""
    require(user, *WINDOW)
    organisation = await services.organisation()
    unit = organisation.units.get(str(body.peek("unit")))
    if unit is not None and unit.code not in organisation.subtree(user.unit):
        raise Problem(403, "只能为本窗口或下级窗口登记")
    advice = body.shaped(Advice).model_dump()
    if unit is None:
        raise Problem(422, "没有这个窗口，请核对窗口代码", errors=[FieldError("unit", "没有这个窗口，请核对窗口代码")])
    if key is not None and not usable_key(key):
        raise Problem(422, "Idempotency-Key 须为 8 至 64 个字符，不以 ~ 开头")
    row = await services.queries.desk.keep_advice(unit, user.username, key, advice)
    if any(getattr(row, name) != value for name, value in advice.items()):
        raise Problem(409, "这个 Idempotency-Key 已用于另一条咨询，请更换后重新提交")
    return _shown(row)


@router.get("", summary="咨询列表与计数")
async def listing(
    services: ServicesDep,
    user: UserDep,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AdviceList:
    """可见范围内的咨询，及总数；计数按登记时间，任何过去日期都可重现。"""
    require(user, *WINDOW, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    units = None if user.role == Role.AUDITOR else own_units(user, await services.organisation())
    begin = datetime.combine(since, time.min, BEIJING) if since else None
    end = datetime.combine(until, time.max, BEIJING) if until else None
    rows, count = await services.queries.desk.advice(units, begin, end, limit)
    return AdviceList(items=[_shown(row) for row in rows], count=count)


@router.post("/{advice_no}/case", status_code=201, summary="转为案件", openapi_extra=documented())
async def become_case(
    request: Request, services: ServicesDep, user: UserDep, advice_no: str, body: BodyDep, key: Key = None
) -> RegisteredCase:
    """把咨询转为案件，保留最初反映的时间。内容同登记。"""
    require(user, *WINDOW)
    row = await services.queries.desk.one_advice(advice_no)
    if row is None:
        raise Problem(404, f"查不到咨询 {advice_no}，请核对编号")
    if row.unit not in (await services.organisation()).subtree(user.unit):
        raise Problem(403, "这条咨询不在您单位的办理范围内")
    if row.case_no is not None:
        again = await services.queries.desk.registration(user.username, key or "")
        if again is None or again.case_no != row.case_no:
            raise Problem(409, f"这条咨询已经转为案件 {row.case_no}，请到该案办理")
    extra = {"advice_no": advice_no, "first_contact_at": instant(row.at)}
    case = await registration.register(services, user, body, key, address(request), extra)
    await services.queries.desk.advice_became(advice_no, case.case_no)
    return case


def _shown(row: AnyRow) -> AdviceView:
    return AdviceView(
        advice_no=row.advice_no,
        unit=row.unit,
        matter=row.matter,
        question=row.question,
        answer=row.answer,
        basis=row.basis,
        case_no=row.case_no,
        at=stamp_time(row.at),
        by=row.actor,
    )
