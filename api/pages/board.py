"""看板: open cases by place, lateness, age and units; for heads, leads and supervisors."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.dependencies import ServicesDep, require
from api.pages.render import Live, VisitorDep, page
from api.rendering.charts import Bar, Part, bars, matrix
from models.access import readable
from models.codes import Role, Stage

router = APIRouter(include_in_schema=False)

SEES = (Role.HEAD, Role.LEAD, Role.SUPERVISOR)
SOON = timedelta(days=1)
MOST_FOLLOWED = 30


@router.get("/board")
async def board(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """在办件量、期限、在手天数、部门往来、挂账。"""
    require(user, *SEES)
    live = Live("/board", "/live", await services.queries.events.newest())
    organisation = await services.organisation()
    scope, now, queries = readable(user, organisation), datetime.now(UTC), services.queries.board
    names = organisation.names
    load = await queries.load(scope, now, now + SOON)
    stages = {row.stage: row.cases for row in await queries.stages(scope)}
    return page(
        request,
        "board.html",
        user=user,
        live=live,
        open_ones=sum(row.open for row in load),
        overdue=sum(row.overdue for row in load),
        soon=sum(row.soon for row in load),
        load=load,
        names=names,
        load_chart=bars("各单位在办件量：红为超期，黄为将到期", [_load(row, names) for row in load]),
        days_chart=bars("各单位在手案件已经多少天（中位数）", [_days(row, names) for row in load]),
        stage_chart=bars(
            "各环节在办件量",
            [Bar(stage.label, [Part(stages[stage], "good", "件")]) for stage in Stage if stages.get(stage)],
        ),
        flow_chart=_flow(await queries.flow(scope), names),
        followed=await queries.follow_up(scope, MOST_FOLLOWED),
    )


def _load(row: Any, names: dict[str, str]) -> Bar:
    calm = row.open - row.overdue - row.soon
    parts = [Part(row.overdue, "bad", "超期"), Part(row.soon, "warn", "将到期"), Part(calm, "good", "在期限内")]
    return Bar(names.get(row.unit, row.unit), parts)


def _days(row: Any, names: dict[str, str]) -> Bar:
    return Bar(names.get(row.unit, row.unit), [Part(round(float(row.days), 1), "quiet", "天")])


def _flow(rows: Any, names: dict[str, str]) -> Any:
    units = sorted({row.unit for row in rows}, key=lambda code: names.get(code, code))
    departments = sorted({row.department for row in rows}, key=lambda code: names.get(code, code))
    counts = {(row.unit, row.department): row.cases for row in rows}
    lines = [[counts.get((unit, department), 0) for department in departments] for unit in units]
    titles = [names.get(code, code) for code in units], [names.get(code, code) for code in departments]
    return matrix("案件在哪些窗口与哪些部门之间", *titles, lines)
