"""The one way in for commands (指令入口): the user, the case, facts from outside it, then one update.

Refusals come in the order of contract.md: 403 not this role · 404 no such case · 403 not this unit · 422 the body's
shape · 409 · 422 from the rules. A refused attempt changes nothing and is written into the access log.
"""

import secrets
from typing import Any

from api.cases import offers, reading
from api.commands.facts import gather
from api.commands.finding import CITIZEN, with_code
from api.commands.idempotency import carried_out, check_key
from api.http.bodies import MALFORMED, Body
from api.http.errors import Problem, no_such_case
from api.identity.access_log import logged
from api.queries import CaseRecord
from api.services import Services
from api.solutions import opening
from api.supervision import inquiries
from models.access import User
from models.actions import COMMANDS
from models.aggregate import OWN_ID, AtOnce, By, Command
from models.case import CASE
from models.codes import InquiryStage, Role
from models.errors import FieldError, Refusal
from models.inquiry import INQUIRY
from models.views.case import CaseView
from models.views.citizen import CitizenView
from models.views.inquiries import AppealReceived


async def act(
    services: Services,
    user: User,
    case_no: str,
    name: str,
    body: Body,
    *,
    key: str | None,
    if_match: str | None,
    address: str,
) -> CaseView | AppealReceived:
    """Carry out one command of staff; the case's view afterwards. An appellant reads nothing of the case."""
    async with logged(services, user, name, case_no, address):
        by = actor(user, name, body)
        record = await services.queries.cases.case(case_no)
        if record is None:
            raise no_such_case(case_no)
        given = offers.act_of(name)
        if given.to_the_accused:
            await inquiries.require_notice(services, user, record, body.peek("inquiry_id"))
        elif not offers.in_scope(user, record, given, await services.organisation()):
            raise Problem(403, offers.OUT_OF_SCOPE)
        check_key(key)
        await services.note_counter(user, address)
        if name in INQUIRY.acts:
            await inquiries.act(services, record, by, name, content(body), key)
        else:
            await send(services, user, record, by, name, content(body), key, if_match, address=address)
    if given.at_once is AtOnce.OPEN_SOLUTIONS:
        await opening.open_proposed(services, case_no)
    if given.to_the_accused:
        return AppealReceived(inquiry_id=body.peek("inquiry_id"), state=InquiryStage.APPEALED)
    return await reading.read(services, user, case_no, after=given)


async def act_as_citizen(
    services: Services,
    case_no: str,
    code: str,
    name: str,
    body: Body,
    *,
    key: str | None,
    address: str,
) -> CitizenView:
    """Carry out one command of the applicant, who knows number and code."""
    async with logged(services, CITIZEN, name, case_no, address):
        by = actor(CITIZEN, name, body)
    record = await with_code(services, case_no, code, address)
    async with logged(services, CITIZEN, name, case_no, address):
        check_key(key)
        await send(services, CITIZEN, record, by, name, content(body), key, None, address=address)
    return await reading.read_as_citizen(services, case_no, code, address)


def actor(user: User, name: str, body: Body) -> By:
    """The person who gives the command. 403 when their role may not; 404 for an unknown command."""
    if name not in offers.OFFERED:
        raise Problem(404, f"没有“{name}”这项操作，请核对地址")
    act_class = offers.act_of(name)
    on_behalf = body.peek("on_behalf") is True
    by = user.by(on_behalf=on_behalf)
    allowed = user.role in act_class.roles and not on_behalf
    for_citizen = on_behalf and Role.CITIZEN in act_class.roles and user.role == Role.CLERK
    if not (allowed or for_citizen):
        own = "；窗口代办请注明 on_behalf" if Role.CITIZEN in act_class.roles and user.role == Role.CLERK else ""
        raise Problem(403, f"“{COMMANDS[name]}”不由{user.role.label}办理{own}")
    return by


def content(body: Body) -> dict[str, Any]:
    """The body of a command, without the field that says on whose behalf. Raises Problem 422."""
    fields = body.fields()
    if not isinstance(fields.pop("on_behalf", False), bool):
        raise Problem(422, MALFORMED, errors=[FieldError("on_behalf", "应为是或否")])
    return fields


async def send(
    services: Services,
    user: User,
    record: CaseRecord,
    by: By,
    name: str,
    body: dict[str, Any],
    key: str | None,
    if_match: str | None,
    *,
    address: str,
) -> None:
    """Check the body's shape, gather the facts, send the update."""
    given = CASE.parse(name, body)
    allegation = given.alleges(record.case)
    body = {name: value for name, value in body.items() if name not in given.sealed}
    facts = await gather(services, user, record.case, given, body, on_behalf=by.on_behalf, address=address)
    if allegation and allegation.own:
        facts.respondent_named = allegation.respondents[0]["unit"] in (await services.organisation()).units
    body = services.personal.sealed_for(record, type(given), body)
    expects = "" if if_match in (None, "*") else str(if_match).removeprefix("W/").strip('"')
    own_id = OWN_ID + secrets.token_urlsafe(6)
    command = Command(name=name, by=by, body=body, facts=facts, id=key or own_id, expects=expects)
    if carried_out(await services.queries.cases.carried_out(record.case_no, key), command):
        return
    await _ask_the_rules(services, record, command, reads_people=given.reads_people)
    kept = await inquiries.keep(services, record, command.id, allegation) if allegation else None
    try:
        await services.gateway.send(record.case_no, command, record.case)
    except Problem:
        raise
    except Refusal:
        if kept:
            await services.queries.inquiries.drop_opening(kept.case_no)
        raise
    if kept:
        await inquiries.open_kept(services, kept)


async def _ask_the_rules(services: Services, record: CaseRecord, command: Command, *, reads_people: bool) -> None:
    """Check the rules on the register's state: a refusal here leaves no trace in the engine.

    Where time has brought something that is not recorded yet, the case itself is asked.
    """
    now = await services.gateway.now(record.case_no)
    if record.case.brought_by_time(now):
        return
    case = services.personal.opened_case(record) if reads_people else record.case
    case.check(command, now)
