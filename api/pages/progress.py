"""群众查询页: progress by number and query code, phone first; and the applicant's commands, each a form.

The code is kept in a cookie of this browser for half an hour, so that no address holds it; the receipt's QR code leads
here with it once.
"""

import hashlib
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.cases import handler
from api.cases.looks import looks
from api.commands import finding
from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, address
from api.pages.render import Live, page
from api.papers import answer as papers
from api.queries import CaseRecord
from api.services import Services
from models import progress
from models.actions import COMMANDS, CommandName
from models.errors import Refusal
from models.views.building import citizen_view

router = APIRouter(prefix="/progress", include_in_schema=False)

CODE_COOKIE, CODE_SECONDS = "bancheng_code", 30 * 60
ACTS = (
    CommandName.SUBMIT_MATERIALS,
    CommandName.ACKNOWLEDGE,
    CommandName.OBJECT,
    CommandName.EVALUATE,
    CommandName.COMPLAIN,
    CommandName.WITHDRAW,
)
"""The commands of an applicant, the likeliest first."""

MOST_ITEMS = 10
MOST_ACCESSES = 50

Code = Annotated[str, Form()]


@router.get("")
async def ask(request: Request) -> HTMLResponse:
    """编号和查询码，都印在登记回执上。"""
    return _ask(request)


@router.post("")
async def look(request: Request, services: ServicesDep, case_no: Code = "", code: Code = "") -> Response:
    """Found: on to the case. Else the same page, saying why not."""
    number = case_no.strip()
    try:
        await finding.with_code(services, number, code, address(request))
    except Refusal as refusal:
        return _ask(request, case_no=number, refusal=refusal)
    return _known(number, code.strip().upper(), request)


@router.get("/{case_no}")
async def show(
    request: Request,
    services: ServicesDep,
    case_no: str,
    code: str = "",
    done: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
) -> Response:
    """办到哪一步、谁在办、何时答复、为什么是这一天，您可以做什么。谁看过：最近的在前，before 翻到更早的。"""
    if code:
        await finding.with_code(services, case_no, code, address(request))
        return _known(case_no, code.strip().upper(), request)
    record = await record_by_code(request, services, case_no)
    if record is None:
        return RedirectResponse("/progress", 303)
    return await progress_page(request, services, record, done=done, before=before)


@router.get("/{case_no}/documents/{document_no}")
async def document(
    request: Request,
    services: ServicesDep,
    case_no: str,
    document_no: str,
    form: Annotated[papers.Form, Query(alias="format")] = papers.Form.HTML,
) -> Response:
    """已向您出具的文书。"""
    record = await record_by_code(request, services, case_no)
    if record is None:
        return RedirectResponse("/progress", 303)
    return await papers.paper(services, record, document_no, form, full=True, for_applicant=True)


@router.post("/{case_no}/{command}")
async def act(request: Request, services: ServicesDep, case_no: str, command: str) -> Response:
    """One act of the applicant. Refused: the same page, saying why, with what was typed."""
    record = await record_by_code(request, services, case_no)
    if record is None:
        return RedirectResponse("/progress", 303)
    form = {name: str(value) for name, value in (await request.form()).items()}
    check_token(request, services, case_no, form.get("token", ""))
    try:
        body = Body.of(_body(command, form))
        await handler.act_as_citizen(
            services, case_no, request.cookies[CODE_COOKIE], command, body, key=None, address=address(request)
        )
    except Refusal as refusal:
        again = await record_by_code(request, services, case_no) or record
        return await progress_page(request, services, again, refusal=refusal, typed={"command": command, **form})
    return RedirectResponse(f"/progress/{case_no}?done={command}", 303)


def check_token(request: Request, services: Services, case_no: str, token: str) -> None:
    """403 for a form that no page of ours has shown to this browser."""
    if not hmac.compare_digest(token.encode(), _token(request, services, case_no).encode()):
        raise Problem(403, "页面已过期，内容没有提交：请刷新页面后重新提交")


async def record_by_code(request: Request, services: Services, case_no: str) -> CaseRecord | None:
    """The case whose code this browser holds; None where it holds none or another's."""
    code = request.cookies.get(CODE_COOKIE, "")
    if not code or not services.tokens.code_fits(case_no, code):
        return None
    return await services.queries.cases.case(case_no)


def _body(command: str, form: dict[str, str]) -> dict[str, Any]:
    """A form as the command's body: fields left empty are left out."""
    if command == CommandName.SUBMIT_MATERIALS:
        named = [(form.get(f"name_{n}", "").strip(), form.get(f"note_{n}", "").strip()) for n in range(MOST_ITEMS)]
        return {"items": [{"name": name, **({"note": note} if note else {})} for name, note in named if name]}
    body: dict[str, Any] = {name: form[name].strip() for name in ("reason", "comment") if form.get(name, "").strip()}
    if form.get("score", "").isdigit():
        body["score"] = int(form["score"])
    return body


async def progress_page(
    request: Request,
    services: Services,
    record: CaseRecord,
    *,
    done: str = "",
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
    before: int | None = None,
) -> HTMLResponse:
    here = f"/progress/{record.case_no}"
    shown = f"{here}?before={before}" if before else here
    live = Live(shown, f"{here}/live", await services.queries.events.newest())
    seen = await looks(services, record.case_no, MOST_ACCESSES, before)
    case = services.personal.opened_case(record)
    now = await services.gateway.now(record.case_no)
    units = (await services.organisation()).units
    possible = [name for name in ACTS if record.case.availability(name, finding.CITIZEN.by()).possible]
    return page(
        request,
        "progress.html",
        live=live,
        status=refusal.status if refusal else 200,
        case=citizen_view(case, now),
        headline=progress.headline(case),
        phases=progress.phases(case),
        holders=[units[code].name for code in progress.holders(case) if code in units],
        days=progress.days_to(case),
        explanation=case.state.explanation,
        acts=possible,
        files_open=record.case.availability(CommandName.HAND_IN, finding.CITIZEN.by()).possible,
        titles=COMMANDS,
        token=_token(request, services, record.case_no),
        accesses=seen.items,
        older=seen.next,
        newest_again=here if before else None,
        done=COMMANDS.get(done, ""),
        refusal=refusal,
        typed=typed or {},
    )


def _ask(request: Request, *, case_no: str = "", refusal: Refusal | None = None) -> HTMLResponse:
    status = refusal.status if refusal else 200
    return page(request, "progress_ask.html", status=status, case_no=case_no, refusal=refusal)


def _known(case_no: str, code: str, request: Request) -> Response:
    answer = RedirectResponse(f"/progress/{case_no}", 303)
    https = request.url.scheme == "https"
    answer.set_cookie(
        CODE_COOKIE, code, max_age=CODE_SECONDS, httponly=True, samesite="lax", secure=https, path="/progress"
    )
    return answer


def _token(request: Request, services: Services, case_no: str) -> str:
    """The token that a form on this page brings back (CSRF)."""
    text = f"progress:{case_no}:{request.cookies.get(CODE_COOKIE, '')}"
    return hmac.new(services.secret, text.encode(), hashlib.sha256).hexdigest()
