"""引擎检索: an administrator finds a case's workflow by stage, category or holder, and opens it in the Web UI.

Columns that change at every step are searched here and not in the engine, where each change would cost half a command.
The page shows as much of a case as the Web UI, and nothing of the people in it.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.http.settings import doors
from api.identity.dependencies import ServicesDep, require
from api.pages.render import VisitorDep, page
from models.codes import Category, Role, Stage
from models.views.base import instant

router = APIRouter(prefix="/administration", include_in_schema=False)

PAGE = 50


@router.get("/workflows")
async def show(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    stage: Annotated[str, Query(max_length=40)] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    unit: Annotated[str, Query(max_length=80)] = "",
    after: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """案件流程：按环节、类别、承办单位查，逐页看，编号点开是 Temporal 界面。"""
    require(user, Role.ADMIN)
    wanted = {"stage": stage, "category": category, "unit": unit}
    rows = await services.queries.engine.cases(wanted, after.replace("\0", ""), PAGE + 1)
    units = (await services.organisation()).names
    items: list[dict[str, Any]] = [
        {
            "case_no": row.case_no,
            "stage": Stage(row.stage).label,
            "category": Category(row.category).label if row.category else "尚未诊断",
            "lead": units.get(row.lead, row.lead),
            "due_at": instant(row.due_at) if row.clock_state == "running" else None,
            "overdue": row.overdue,
        }
        for row in rows[:PAGE]
    ]
    return page(
        request,
        "workflows.html",
        user=user,
        items=items,
        wanted=wanted,
        next=rows[PAGE - 1].case_no if len(rows) > PAGE else None,
        stages=list(Stage),
        categories=list(Category),
        holders=sorted(units.items(), key=lambda each: each[1]),
        ui=doors().ui_url,
    )
