"""The one way in for commands (指令入口): who is asking, which case, what is known outside it, then one update.

Refusals come in the order of contract.md: 403 not this role · 404 no such case · 403 not this unit · 422 the body's
shape · 409 · 422 from the rules. A refused attempt changes nothing and is written into the access log.
"""

import secrets
from dataclasses import replace
from typing import Any

from api import inquiries
from api.access_log import READ, logged
from api.body import MALFORMED, Body
from api.deps import Services
from api.errors import Problem, no_such_case
from api.facts import gather
from api.keys import carried_out, check_key
from api.queries import Found
from api.similar import suggestions
from api.similar.index import index_found
from api.solutions import opening
from models.access import User, may_act, may_read, sees_applicant
from models.accounts import ADMINISTRATORS
from models.actions import COMMANDS
from models.aggregate import OWN_ID, By, Command
from models.case import CASE
from models.case.records import may_open
from models.codes import InquiryStage, Role
from models.errors import FieldError, Refusal
from models.inquiry import INQUIRY
from models.organisation import Organisation
from models.tables import WRONG_CODE
from models.view import Around, attachment_view, citizen_view, view


async def act(
    wired: Services,
    user: User,
    case_no: str,
    name: str,
    body: Body,
    *,
    key: str | None,
    if_match: str | None,
    address: str,
) -> dict[str, Any]:
    """Carry out one command of staff; the case's view afterwards."""
    async with logged(wired, user, name, case_no, address):
        by = actor(user, name, body)
        found = await wired.queries.cases.case(case_no)
        if found is None:
            raise no_such_case(case_no)
        if name == "appeal":
            await inquiries.require_notice(wired, user, found, body.peek("inquiry_id"))
        else:
            _check_scope(user, name, found, await wired.organisation())
        check_key(key)
        await wired.note_counter(user, address)
        if name in INQUIRY.acts:
            await inquiries.act(wired, found, by, name, content(body), key)
        else:
            await send(wired, user, found, by, name, content(body), key, if_match, address=address)
    await _follow_at_once(wired, case_no, name)
    if name == "appeal":
        return {"inquiry_id": body.peek("inquiry_id"), "state": InquiryStage.APPEALED}
    return await read(wired, user, case_no, after=name)


async def _follow_at_once(wired: Services, case_no: str, name: str) -> None:
    """What followers of the event log would do in a moment: who gets the answer finds it done."""
    if name in ("propose_solution", "conclude"):
        await opening.open_proposed(wired, case_no)


CITIZEN = User("citizen", Role.CITIZEN, "", "")
"""The applicant at the public door: known by number and code, without an account."""


async def act_as_citizen(
    wired: Services,
    case_no: str,
    code: str,
    name: str,
    body: Body,
    *,
    key: str | None,
    address: str,
) -> dict[str, Any]:
    """Carry out one command of the applicant, who knows number and code."""
    async with logged(wired, CITIZEN, name, case_no, address):
        by = actor(CITIZEN, name, body)
    found = await with_code(wired, case_no, code, address)
    async with logged(wired, CITIZEN, name, case_no, address):
        check_key(key)
        await send(wired, CITIZEN, found, by, name, content(body), key, None, address=address)
    return await read_as_citizen(wired, case_no, code, address)


WRONG_CODES, WRONG_CODE_MINUTES = 20, 15
"""So many wrong codes from one address in so many minutes; right codes are neither counted nor held up."""


async def with_code(wired: Services, case_no: str, code: str, address: str) -> Found:
    """The case, if the code belongs to it. 404 otherwise, without saying which of the two is wrong; 429 after many."""
    found = await wired.queries.cases.case(case_no)
    if found is not None and wired.tokens.code_fits(case_no, code):
        return found
    wrong = await wired.queries.office.wrong_codes(address, WRONG_CODE_MINUTES)
    async with logged(wired, CITIZEN, WRONG_CODE, case_no, address):
        if wrong >= WRONG_CODES:
            detail = f"查询码错误次数过多，请 {WRONG_CODE_MINUTES} 分钟后再试，或到窗口查询"
            raise Problem(429, detail, headers={"Retry-After": str(WRONG_CODE_MINUTES * 60)})
        raise Problem(404, "查不到这个案件，请核对编号和查询码")


def actor(user: User, name: str, body: Body) -> By:
    """Who gives the command; 403 when this role may not (or the command is none of ours: 404)."""
    act_class = CASE.acts.get(name) or INQUIRY.acts.get(name)
    if act_class is None or name == "register":
        raise Problem(404, f"没有“{name}”这项操作，请核对地址")
    on_behalf = body.peek("on_behalf") is True
    by = user.by(on_behalf=on_behalf)
    allowed = user.role in act_class.roles and not on_behalf
    for_citizen = on_behalf and Role.CITIZEN in act_class.roles and user.role == Role.CLERK
    if not (allowed or for_citizen):
        own = "；窗口代办请注明 on_behalf" if Role.CITIZEN in act_class.roles and user.role == Role.CLERK else ""
        raise Problem(403, f"“{COMMANDS[name]}”不由{user.role.label}办理{own}")
    return by


def content(body: Body) -> dict[str, Any]:
    """The body of a command, without what says in whose name. Raises Problem 422."""
    fields = body.fields()
    if not isinstance(fields.pop("on_behalf", False), bool):
        raise Problem(422, MALFORMED, errors=[FieldError("on_behalf", "应为是或否")])
    return fields


def _check_scope(user: User, name: str, found: Found, organisation: Organisation) -> None:
    receives = found.case.state.pending_transfer if name == "receive" else None
    remote = name in CASE.acts and CASE.acts[name].remote
    if not may_act(user, found, organisation, remote=remote, receives=receives):
        raise Problem(403, "本案不在您单位的办理范围内")


async def send(
    wired: Services,
    user: User,
    found: Found,
    by: By,
    name: str,
    body: dict[str, Any],
    key: str | None,
    if_match: str | None,
    *,
    address: str,
) -> None:
    """Check the body's shape, gather the facts, send the update."""
    said = CASE.parse(name, body)
    body, sealed = inquiries.take_out(name, body, found)
    facts = await gather(wired, user, found.case, said, body, on_behalf=by.on_behalf, address=address)
    if sealed and sealed.own:
        facts.respondent_named = sealed.respondents[0]["unit"] in (await wired.organisation()).units
    body = wired.personal.sealed_for(found, type(said), body)
    expects = "" if if_match in (None, "*") else str(if_match).removeprefix("W/").strip('"')
    own_id = OWN_ID + secrets.token_urlsafe(6)
    command = Command(name=name, by=by, body=body, facts=facts, id=key or own_id, expects=expects)
    if carried_out(await wired.queries.cases.carried_out(found.case_no, key), command):
        return
    await _ask_the_rules(wired, found, command, reads_people=said.reads_people)
    kept = await inquiries.keep(wired, found, command.id, sealed) if sealed else None
    try:
        await wired.gateway.send(found.case_no, command, found.case)
    except Problem:
        raise
    except Refusal:
        if kept:
            await wired.queries.inquiries.drop_opening(kept.case_no)
        raise
    if kept:
        await inquiries.open_kept(wired, kept)


async def _ask_the_rules(wired: Services, found: Found, command: Command, *, reads_people: bool) -> None:
    """Refuse here what the rules refuse on the register's state: that leaves no trace in the engine.

    Where time has brought something that is not recorded yet, the case itself is asked.
    """
    now = await wired.gateway.now(found.case_no)
    if found.case.brought_by_time(now):
        return
    case = wired.personal.opened_case(found) if reads_people else found.case
    case.check(command, now)


async def find_readable(wired: Services, user: User, case_no: str) -> Found:
    """The case, if there is one (404) and this user may read it (403)."""
    async with logged(wired, user, READ, case_no, ""):
        _check_role(user)
        return _checked(user, case_no, await wired.queries.cases.case(case_no), await wired.organisation())


def _check_role(user: User) -> None:
    if user.role in ADMINISTRATORS:
        raise Problem(403, f"{user.role.label}不查看案件内容")


def _checked(user: User, case_no: str, found: Found | None, organisation: Organisation) -> Found:
    if found is None:
        raise no_such_case(case_no)
    if not may_read(user, found, organisation):
        raise Problem(403, "本案不在您的查看范围内")
    return found


async def read(wired: Services, user: User, case_no: str, after: str = "") -> dict[str, Any]:
    """The view of a case for this user; `after` a command, where it is that command's answer."""
    organisation = await wired.organisation()
    async with logged(wired, user, READ, case_no, ""):
        _check_role(user)
        found, around = await wired.queries.cases.with_around(case_no) or (None, Around())
        found = _checked(user, case_no, found, organisation)
    if user.role in inquiries.READERS:
        around = replace(around, inquiries=await wired.queries.inquiries.of_case(case_no))
    case = wired.personal.opened_case(found)
    if after == "resolve":
        await index_found(wired, found, case)
    around = replace(around, suggestions=await suggestions.for_case(wired, user, case, as_shown=bool(after)))
    if case.state.solutions:
        around = replace(around, solution_stages=await wired.queries.solutions.of_case(case_no))
    full = sees_applicant(user, found, organisation)
    shown = view(case, await wired.gateway.now(case_no), full_applicant=full, around=around)
    files = [each for each in case.state.attachments if may_open(each, user.role, user.unit)]
    shown["attachments"] = [attachment_view(case_no, each) for each in files]
    return shown


async def read_as_citizen(wired: Services, case_no: str, code: str, address: str) -> dict[str, Any]:
    """The view of a case for its applicant."""
    found = await with_code(wired, case_no, code, address)
    return citizen_view(wired.personal.opened_case(found), await wired.gateway.now(case_no))
