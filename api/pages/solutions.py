"""一类事页: solutions in force and in the making; one solution with every command that may be given on it."""

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity.dependencies import ServicesDep, address
from api.pages.acts import Last, Sent, form_of, offered, with_fields
from api.pages.forms import fields_of
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from api.solutions import handler
from api.solutions.opening import OPENED
from models.access import User
from models.actions import ACTIONS
from models.codes import SolutionStage, UnitKind
from models.errors import Refusal
from models.organisation import Organisation
from models.solution import Solution
from models.solution.state import Content

router = APIRouter(prefix="/solutions", include_in_schema=False)


@router.get("")
async def listing(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """本区的一类事；窗口和牵头单位可以直接起草。"""
    return await _list_page(request, services, user, {}, None)


@router.post("", dependencies=[MeantDep])
async def draft(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """Drafted: its page. Refused: the same page, saying why, with what was typed."""
    form = Sent.of(OPENED, Content.model_json_schema(), await request.form())
    try:
        number = await handler.open_by_hand(services, user, form.body, form.key)
    except Refusal as refusal:
        return await _list_page(request, services, user, form.typed, refusal)
    return RedirectResponse(f"/solutions/{number}?done={OPENED}", 303)


@router.get("/{number}")
async def show(request: Request, services: ServicesDep, user: VisitorDep, number: str, done: str = "") -> HTMLResponse:
    """一个一类事。"""
    return await _solution_page(request, services, user, number, Last(done=done))


@router.post("/{number}/{command}", dependencies=[MeantDep])
async def act(request: Request, services: ServicesDep, user: VisitorDep, number: str, command: str) -> Response:
    """One command. Refused: the same page, saying why, with what was typed."""
    form = await form_of(request, Solution, command)
    try:
        await handler.act(services, user, number, command, form.body, form.key, address(request))
    except Refusal as refusal:
        return await _solution_page(request, services, user, number, Last.refused(form, refusal))
    return RedirectResponse(f"/solutions/{number}?done={command}", 303)


def _options(user: User, organisation: Organisation) -> dict[str, list[tuple[str, str]]]:
    here = [unit for unit in organisation.units.values() if unit.district == user.district]
    departments = [(unit.code, unit.name) for unit in here if unit.kind is UnitKind.DEPARTMENT]
    return {"unit": departments, "departments": departments}


async def _list_page(
    request: Request, services: Services, user: User, typed: Mapping[str, Any], refusal: Refusal | None
) -> HTMLResponse:
    organisation = await services.organisation()
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    fields = fields_of(OPENED, Content.model_json_schema(), _options(user, organisation), typed, errors)
    return page(
        request,
        "solutions.html",
        user=user,
        status=refusal.status if refusal else 200,
        solutions=await handler.listed(services, user),
        key=f"draft-{secrets.token_urlsafe(12)}",
        stages=SolutionStage,
        fields=fields if user.role in handler.AUTHORS else None,
        names=organisation.names,
        refusal=refusal,
    )


async def _solution_page(
    request: Request,
    services: Services,
    user: User,
    number: str,
    last: Last,
) -> HTMLResponse:
    solution = await handler.find(services, user, number)
    organisation = await services.organisation()
    items = offered(solution, user)
    items = with_fields(items, {"": _options(user, organisation)}, last)
    ledger = await services.queries.solutions.entries(solution.state.case_no)
    return page(
        request,
        "solution.html",
        user=user,
        solution=await handler.shown(services, user, solution),
        ledger=ledger[::-1],
        actions=ACTIONS,
        names=organisation.names,
        **last.shown(items),
    )
