"""否定报备: every no that was said, before the head and in the month's figures (CL5, R28; contract.md, explain)."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.http.answers import Answer
from api.identity.dependencies import ServicesDep, UserDep, require
from api.office.months import this_month
from models.access import readable
from models.codes import RefusalKind, Role
from models.months import month_span
from models.views.base import instant

router = APIRouter(prefix="/api/refusals", tags=["监督"])

Month = Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="月份，如 2026-11；默认本月")]


@router.get("", summary="否定报备")
async def listing(
    services: ServicesDep,
    user: UserDep,
    month: Month = None,
    reviewed: Annotated[bool | None, Query(description="已复核或未复核的")] = None,
) -> Answer:
    """当月不予受理、解释告知、部门反馈“不能办”的逐条清单和计数；负责人看本窗口及下级，可用 review 推翻，不影响办理。"""
    require(user, Role.HEAD, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
    since, until = month_span(month or this_month())
    may_see = readable(user, await services.organisation())
    found = await services.queries.cases.refusals(may_see, since, until)
    if reviewed is not None:
        found = [each for each in found if (each["said"].review is not None) == reviewed]
    counts = Counter(each["said"].kind for each in found)
    return Answer(
        {
            "month": month or this_month(),
            "items": [_item(each) for each in found],
            "counts": {kind.value: counts[kind] for kind in RefusalKind},
            "overturned": sum(each["said"].review == "overturn" for each in found),
        }
    )


def _item(found: dict[str, Any]) -> dict[str, Any]:
    said = found["said"]
    return {
        **{name: found[name] for name in ("case_no", "holder", "matter", "stage")},
        "kind": said.kind,
        "title": said.kind.label,
        "seq": said.seq,
        "unit": said.unit,
        "by": said.by,
        "at": instant(said.at),
        "basis": said.basis,
        "assignment_id": said.ref or None,
        "review": said.review,
    }
