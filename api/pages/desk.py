"""督导台: what supervision has to look at today: doubts, look-backs, refusals, its tasks and holes."""

import secrets
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import oversight
from api.deps import Services, ServicesDep, address, require
from api.pages.acts import body, offered, said_in, with_fields
from api.pages.cases import MOST_SHOWN, line
from api.pages.render import Live, MeantDep, VisitorDep, page
from api.routes import refusals
from models.access import User, posts_of
from models.actions import COMMANDS
from models.codes import Role
from models.errors import Refusal
from models.oversight import OVERSIGHT

router = APIRouter(prefix="/desk", include_in_schema=False)

MOST_TASKS = 100


@router.get("")
async def desk(request: Request, wired: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """等核签的疑点、到期的回头看、任务池、漏洞台账、本月否定报备。"""
    require(user, Role.SUPERVISOR)
    live = Live("/desk", "/live", await wired.queries.events.newest())
    organisation = await wired.organisation()
    waiting, mine = await wired.queries.cases.waiting(user, organisation, MOST_SHOWN)
    posts = posts_of(user, organisation)
    tasks = await wired.queries.oversight.visible(user, closed=False, kind=None, limit=MOST_TASKS)
    said = orjson.loads((await refusals.listing(wired, user, None, None)).body)
    return page(
        request,
        "desk.html",
        user=user,
        live=live,
        waiting=waiting,
        mine=[await line(wired, row, posts) for row in mine],
        tasks=[await oversight.shown(wired, user, each) for each in tasks],
        refused=said,
        names={code: unit.name for code, unit in organisation.units.items()},
    )


@router.get("/{number}")
async def show(request: Request, wired: ServicesDep, user: VisitorDep, number: str, done: str = "") -> HTMLResponse:
    """一项督导事项。"""
    return await _task_page(request, wired, user, number, done=done)


@router.post("/{number}/{command}", dependencies=[MeantDep])
async def act(request: Request, wired: ServicesDep, user: VisitorDep, number: str, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await request.form()
    act_class = OVERSIGHT.acts.get(command)
    said, typed = said_in(act_class.model_json_schema() if act_class else {}, form)
    try:
        key = str(form.get("key", "")) or None
        await oversight.act(wired, user, number, command, body(said), key, address(request))
    except Refusal as refusal:
        return await _task_page(request, wired, user, number, tried=command, typed=typed, refusal=refusal)
    return RedirectResponse(f"/desk/{number}?done={command}", 303)


async def _task_page(
    request: Request,
    wired: Services,
    user: User,
    number: str,
    *,
    done: str = "",
    tried: str = "",
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    found = await oversight.find(wired, user, number)
    items = offered(found, user, [name for name in OVERSIGHT.acts if name != "open_task"])
    items = with_fields(items, {}, tried, typed, refusal)
    return page(
        request,
        "task.html",
        user=user,
        status=refusal.status if refusal else 200,
        task=await oversight.shown(wired, user, found),
        names={code: unit.name for code, unit in (await wired.organisation()).units.items()},
        possible=[item for item in items if item["possible"]],
        impossible=[item for item in items if not item["possible"]],
        key=secrets.token_urlsafe(12),
        done=COMMANDS.get(done, ""),
        tried=tried,
        refusal=refusal,
    )
