"""依据修改页: an amended law, the solutions it suspended, and every case refused on it, to be looked at anew."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity.dependencies import ServicesDep, require
from api.pages.acts import Sent
from api.pages.forms import fields_of
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from api.solutions import amended
from models.access import User
from models.errors import Refusal

router = APIRouter(prefix="/amended", include_in_schema=False)

FORM = "amend"


@router.get("")
async def listing(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """登记过的依据修改；牵头单位在这里登记。"""
    return await _page(request, services, user, {}, None)


@router.post("", dependencies=[MeantDep])
async def amend(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """Written down: its page. Refused: the same page, saying why, with what was typed."""
    require(user, *amended.KEEPERS)
    form = Sent.of(FORM, amended.Amended.model_json_schema(), await request.form())
    try:
        amendment = await amended.amend(services, user, form.body.shaped(amended.Amended))
    except Refusal as refusal:
        return await _page(request, services, user, dict(form.typed), refusal)
    return RedirectResponse(f"/amended/{amendment.id}", 303)


@router.get("/{number}")
async def show(
    request: Request, services: ServicesDep, user: VisitorDep, number: Annotated[int, Path(ge=1, le=2**31)]
) -> HTMLResponse:
    """因它暂停的一类事，曾据此答复不能办的案件。"""
    require(user, *amended.READERS)
    return page(
        request,
        "amended_one.html",
        user=user,
        amendment=await amended.one(services, user, number),
        names=(await services.organisation()).names,
    )


async def _page(
    request: Request, services: Services, user: User, typed: dict[str, object], refusal: Refusal | None
) -> HTMLResponse:
    require(user, *amended.READERS)
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    fields = fields_of(FORM, amended.Amended.model_json_schema(), {}, typed, errors)
    return page(
        request,
        "amended.html",
        user=user,
        status=refusal.status if refusal else 200,
        amendments=await amended.listed(services, user),
        fields=fields if user.role in amended.KEEPERS else None,
        refusal=refusal,
    )
