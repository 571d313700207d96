"""督导台: the day's work of supervision: doubts, look-backs, refusals, its tasks and holes."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity.dependencies import ServicesDep, address, require
from api.office.months import this_month
from api.pages.acts import Last, form_of, offered, with_fields
from api.pages.cases import MOST_SHOWN, line
from api.pages.render import Live, MeantDep, VisitorDep, page
from api.services import Services
from api.supervision import oversight, refusals
from models.access import User, posts_of
from models.codes import Role
from models.errors import Refusal
from models.oversight import Oversight
from models.views.oversight import SupervisedView

router = APIRouter(prefix="/desk", include_in_schema=False)

MOST_TASKS = 100


@router.get("")
async def desk(
    request: Request,
    services: ServicesDep,
    user: VisitorDep,
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """等核签的疑点、到期的回头看、任务池、漏洞台账、本月否定报备。"""
    require(user, Role.SUPERVISOR)
    last = after.replace("\0", "") if after else None
    live = Live(f"/desk?after={quote(last)}" if last else "/desk", "/live", await services.queries.events.newest())
    organisation = await services.organisation()
    waiting, mine = await services.queries.cases.waiting(user, organisation, MOST_SHOWN)
    posts = posts_of(user, organisation)
    tasks = await services.queries.oversight.visible(user, closed=False, kind=None, limit=MOST_TASKS + 1, after=last)
    return page(
        request,
        "desk.html",
        user=user,
        live=live,
        waiting=waiting,
        mine=[await line(services, row, posts) for row in mine],
        tasks=[await oversight.shown(services, user, task) for task in tasks[:MOST_TASKS]],
        next=tasks[MOST_TASKS - 1].number if len(tasks) > MOST_TASKS else None,
        refusals=await refusals.listed(services, user, this_month()),
        names=organisation.names,
    )


@router.get("/{number}")
async def show(request: Request, services: ServicesDep, user: VisitorDep, number: str, done: str = "") -> HTMLResponse:
    """一项督导事项。"""
    return await _task_page(request, services, user, number, Last(done=done))


@router.post("/{number}/{command}", dependencies=[MeantDep])
async def act(request: Request, services: ServicesDep, user: VisitorDep, number: str, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await form_of(request, Oversight, command)
    try:
        await oversight.act(services, user, number, command, form.body, form.key, address(request))
    except Refusal as refusal:
        return await _task_page(request, services, user, number, Last.refused(form, refusal))
    return RedirectResponse(f"/desk/{number}?done={command}", 303)


async def _task_page(
    request: Request,
    services: Services,
    user: User,
    number: str,
    last: Last,
) -> HTMLResponse:
    task = await oversight.find(services, user, number)
    items = with_fields(offered(task, user), {}, last)
    shown = await oversight.shown(services, user, task)
    return page(
        request,
        "task.html",
        user=user,
        task=shown,
        supervised=isinstance(shown, SupervisedView),
        names=(await services.organisation()).names,
        **last.shown(items),
    )
