"""登记页: one page filled in once; similar cases are shown while typing, and 即办 is done here."""

import secrets
from typing import Any

import segno
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from api.cases import handler, registration
from api.http.bodies import Body
from api.identity.dependencies import ServicesDep, address, require
from api.pages import appointments
from api.pages.acts import Last, typed_in
from api.pages.cases import case_page
from api.pages.forms import fields_of
from api.pages.render import MeantDep, VisitorDep, page
from api.services import Services
from api.similar import suggestions
from models.access import WINDOW, User
from models.actions import CommandName
from models.case.intake import Register
from models.codes import Cause, MeasureKind
from models.errors import Refusal

router = APIRouter(include_in_schema=False)

MADE_BY_THE_DOOR = ("opening", "identity")
FIRST = ("applicant", "matter", "narrative", "request_type", "channel", "unit")
"""The first fields, in the order of a conversation at the counter."""

AT_ONCE = "at_once."
"""Fields of 即办: they are no part of the registration."""


@router.get("/register")
async def registering(request: Request, services: ServicesDep, user: VisitorDep, appointment: str = "") -> HTMLResponse:
    """登记表：一页填完，回车提交。从预约来的，带出预约时填的。"""
    require(user, *WINDOW)
    typed: dict[str, Any] = {"unit": user.unit, "channel": "window"}
    if appointment:
        typed |= await _from_appointment(services, user, appointment)
    return await _register_page(request, services, user, typed, None)


@router.post("/register", dependencies=[MeantDep])
async def register(request: Request, services: ServicesDep, user: VisitorDep) -> Response:
    """Registered: the receipt. Refused: the same page, saying why, with what was typed."""
    require(user, *WINDOW)
    form = await request.form()
    body, typed = _body_in(form)
    typed |= {name: str(form[name]) for name in form if name.startswith(AT_ONCE)}
    key = str(form.get("key", ""))
    try:
        case = await registration.register(services, user, Body.of(body), key, address(request))
    except Refusal as refusal:
        return await _register_page(request, services, user, typed, refusal)
    if form.get("appointment"):
        await services.queries.appointments.arrived(str(form["appointment"]), case.case_no)
    if form.get(f"{AT_ONCE}wanted"):
        return await _do_at_once(request, services, user, case.case_no, form, key)
    link = f"{request.url.scheme}://{request.url.netloc}/progress/{case.case_no}?code={case.query_code}"
    picture = str(segno.make(link).svg_data_uri(scale=4, border=2))
    return page(request, "receipt.html", user=user, case=case, picture=picture, link=link)


@router.post("/register/hints", dependencies=[MeantDep])
async def hints(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """边填边提示：同人同事的在办案件，和本单位办过的相似案件怎么办的。"""
    require(user, *WINDOW)
    form = await request.form()
    body, _ = _body_in(form)
    organisation = await services.organisation()
    wanted = str(body.get("unit", ""))
    unit = wanted if wanted in organisation.subtree(user.unit) else user.unit
    return page(
        request,
        "hints.html",
        doubles=await registration.duplicates(services, unit, Body.of(body)),
        like=await suggestions.for_words(services, user, user.district, body),
        chosen=str(form.get(f"{AT_ONCE}solution", "")),
        units=organisation.names,
    )


async def _do_at_once(
    request: Request, services: Services, user: User, case_no: str, form: FormData, key: str
) -> Response:
    """即办 (R23): accepted, diagnosed, done and answered in one go. After a refusal the case's page goes on.

    Each step has a key of its own: a form that is sent again does nothing twice.
    """
    typed = {name.removeprefix(AT_ONCE): str(form[name]).strip() for name in form if name.startswith(AT_ONCE)}
    how, basis = typed.get("summary", ""), [line for line in typed.get("basis", "").splitlines() if line.strip()]
    asks = {name: typed.get(name) or "没有" for name in ("business", "needs", "problems")}
    kind = typed.get("measure") or MeasureKind.GUIDANCE.value
    diagnosis = {
        "category": "difficult",
        "reason": how,
        "causes": [typed.get("cause") or Cause.PROCESS.value],
        "obstacles": [typed.get("obstacle") or how],
        "measures": [kind],
    }
    steps: list[tuple[CommandName, dict[str, Any]]] = [
        (CommandName.ACCEPT, {}),
        *([(CommandName.APPLY_SOLUTION, {"solution_id": typed["solution"]})] if typed.get("solution") else []),
        (CommandName.DIAGNOSE, diagnosis),
        (CommandName.MEASURE, {"kind": kind, "detail": how}),
        (CommandName.RESOLVE, {"outcome": "done", "summary": how, "basis": basis, "asks": asks}),
    ]
    for name, body in steps:
        try:
            own, sent = f"{key[:40]}-{name}", Body.of(body)
            await handler.act(services, user, case_no, name, sent, key=own, if_match=None, address=address(request))
        except Refusal as refusal:
            return await case_page(request, services, user, case_no, Last(tried=name, refusal=refusal))
    return RedirectResponse(f"/cases/{case_no}?done=resolve", 303)


async def _from_appointment(services: Services, user: User, appointment: str) -> dict[str, Any]:
    """The fields written when the appointment was made: nobody is asked twice."""
    row = await services.queries.appointments.one(appointment)
    if row is None or row.unit not in (await services.organisation()).subtree(user.unit):
        return {}
    words = appointments.opened(services, row)
    return {
        "applicant.name": words["name"],
        "applicant.phone": words["phone"],
        "matter.name": row.matter,
        "narrative": words["narrative"],
        "channel": "online",
        "unit": row.unit,
        "appointment": row.id,
    }


async def _register_page(
    request: Request, services: Services, user: User, typed: dict[str, Any], refusal: Refusal | None
) -> HTMLResponse:
    organisation = await services.organisation()
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    units = [(code, organisation.units[code].name) for code in organisation.subtree(user.unit)]
    fields = fields_of(
        CommandName.REGISTER, Register.model_json_schema(), {"unit": units}, typed, errors, MADE_BY_THE_DOOR
    )
    for field in fields:  # what a unit is elsewhere in this form is free text: the one that refused
        field.fields = [inner for inner in field.fields if inner.name != "applicant.identity"]
        for inner in field.fields:
            if inner.name == "refused_by.unit":
                inner.kind, inner.options = "text", ()
    fields.sort(key=lambda field: FIRST.index(field.name) if field.name in FIRST else len(FIRST))
    return page(
        request,
        "register.html",
        user=user,
        status=refusal.status if refusal else 200,
        fields=fields[: len(FIRST)],
        rest=fields[len(FIRST) :],
        key=str(typed.get("key") or secrets.token_urlsafe(12)),
        typed=typed,
        causes=Cause,
        measures=MeasureKind,
        refusal=refusal,
    )


def _body_in(form: FormData) -> tuple[dict[str, Any], dict[str, Any]]:
    """The typed values, as a body without the fields that the door fills in, and to be shown again."""
    body, typed = typed_in(Register.model_json_schema(), form)
    for name in MADE_BY_THE_DOOR:
        body.pop(name, None)
    return body, typed
