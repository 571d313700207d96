"""登记: number and request are kept in one transaction under the Idempotency-Key, then the workflow is started.

A crash at any point loses nothing: the sweep starts cases that were allotted and not started, and the same key gives
the same case.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.errors import UniqueViolation

from api.cases.reading import read
from api.commands.idempotency import usable_key
from api.commands.personal import refuse_sealed
from api.http.bodies import MALFORMED, Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.services import Services
from models.access import WINDOW, User
from models.actions import CommandName
from models.aggregate import OWN_ID, Command, Facts
from models.case import CASE, Case
from models.case.intake import Register
from models.codes import RequestType
from models.errors import FieldError, Refusal
from models.ledger import digest
from models.organisation import Organisation
from models.rules import in_force, policy
from models.views.case import RegisteredCase
from models.views.listing import LikelyDuplicate
from workflows.web_ui import summary_line

SWEEP_AFTER = timedelta(seconds=20)
"""How old an unstarted registration must be before the sweep starts it: longer than a request takes."""

ALLOT_TRIES = 3
TAKEN = 409
"""How the engine refuses a registration whose number is another's."""


async def register(
    services: Services,
    user: User,
    body: Body,
    key: str | None,
    address: str,
    extra: dict[str, Any] | None = None,
) -> RegisteredCase:
    """Register a case; its view, with the query code and likely duplicates."""
    async with logged(services, user, CommandName.REGISTER, "", address):
        case_no, _ = await _register(services, user, body, key, extra or {})
    view = await read(services, user, case_no)
    return RegisteredCase(
        **dict(view),
        query_code=services.tokens.query_code(case_no),
        duplicates=await duplicates(services, str(body.peek("unit")), body, besides=case_no),
    )


async def _register(
    services: Services, user: User, sent: Body, key: str | None, extra: dict[str, Any]
) -> tuple[str, bool]:
    if user.role not in WINDOW:
        raise Problem(403, f"登记由窗口办理，不由{user.role.label}办理")
    organisation = await services.organisation()
    unit = str(sent.peek("unit"))
    if unit in organisation.units and unit not in organisation.subtree(user.unit):
        raise Problem(403, "只能为本窗口或下级窗口登记")
    if key is None or not usable_key(key):
        raise Problem(422, "登记须带 Idempotency-Key 请求头，8 至 64 个字符，不以 ~ 开头，重试时不变")
    return await enter(services, user, sent.fields(), key, extra)


async def enter(
    services: Services, user: User, body: dict[str, Any], key: str, extra: dict[str, Any], receiver: str | None = None
) -> tuple[str, bool]:
    """Register for a user, through any door; the case's number, and whether it was allotted just now.

    `receiver` is the first receiver where the body names none. The same key with the same body gives the
    same case. Raises Refusal when the registration is wrong.
    """
    body = dict(body)
    applicant = body.get("applicant")
    for field, holder in (("opening", body), ("applicant.identity", applicant)):
        if isinstance(holder, dict) and field.rpartition(".")[2] in holder:
            raise Problem(422, MALFORMED, errors=[FieldError(field, "没有这个字段，请核对字段名")])
    body.pop("name", None)
    body_digest = digest([body, extra])
    if receiver and not body.get("first_receiver"):
        body["first_receiver"] = receiver
    organisation, unit, now = await services.organisation(), str(body.get("unit")), datetime.now(UTC)
    new = False
    for _ in range(ALLOT_TRIES):
        earlier, changes = await services.queries.desk.before(user.username, key)
        if earlier is not None:
            if earlier.body_digest != body_digest:
                raise Problem(409, "这个 Idempotency-Key 已用于另一项登记，请更换后重新提交")
            case_no, command = earlier.case_no, Command.model_validate(earlier.command)
            break
        command, case_key = _sealed(services, await command_of(services, user, body, extra, now, changes))
        command = command.model_copy(update={"id": f"{command.id}-{digest([user.username, key])[:16]}"})
        pieces = services.personal.pieces(str(body["narrative"]))
        division = organisation.units[unit].division
        try:
            case_no = await services.queries.desk.allot(
                division, now, user.username, key, body_digest, command.model_dump(mode="json"), case_key, pieces
            )
        except UniqueViolation:
            continue  # the same key at the same moment: the other request has allotted the number
        new = True
        break
    else:
        raise Problem(503, "登记请求冲突，请稍候重试", headers={"Retry-After": "1"})
    return await _begin(services, command, case_no, organisation), new


async def _begin(services: Services, command: Command, case_no: str, organisation: Organisation) -> str:
    """Start the case's workflow; the case's number.

    Where the engine has the number as another's (PostgreSQL was put back, its serials with it), the registration gets
    the next one that nobody has.
    """
    for _ in range(ALLOT_TRIES):
        try:
            await services.gateway.register(command, case_no, _summary(command, organisation))
            return case_no
        except Refusal as refusal:
            if refusal.status != TAKEN:
                raise
        if command.id in await services.queries.audit.commands(case_no):
            return case_no
        used = await services.gateway.newest_serial(case_no.rpartition("-")[0])
        moved = await services.queries.desk.allot_again(case_no, command, used)
        if moved is None:
            break
        logging.getLogger("bancheng.registration").error("编号 %s 引擎中已另有其件，改用 %s", case_no, moved)
        case_no = moved
    raise Problem(503, "登记请求冲突，请稍候重试", headers={"Retry-After": "1"})


def _sealed(services: Services, command: Command) -> tuple[Command, dict[str, Any]]:
    """The registration with its personal words sealed, and the row of the case's key."""
    refuse_sealed(Register, command.body)
    new = services.personal.new_key()
    body = dict(command.body)
    if applicant := body.get("applicant"):
        identity = services.personal.identity(applicant)
        body["applicant"] = {**applicant, **({"identity": identity} if identity else {})}
    sealed = services.personal.sealed(Register, body, new.key)
    return command.model_copy(update={"body": sealed}), new.row


async def command_of(
    services: Services,
    user: User,
    body: dict[str, Any],
    extra: dict[str, Any],
    now: datetime,
    changes: int | None = None,
) -> Command:
    """The registration as a command, its body checked by the rules before a number is allotted.

    `changes` is how many changes of the calendar there are, where the caller knows.
    """
    organisation = await services.organisation()
    unit = organisation.units.get(str(body.get("unit")))
    opening: dict[str, Any] = {}
    if unit is not None:
        calendar = await services.calendar(unit.district, changes)
        opening = {
            **in_force(unit.district).reference,
            "calendar": calendar.encode(),
            "district": unit.district,
            "level": unit.level,
            "lead": organisation.lead(unit.district).code,
            "discipline": organisation.discipline(unit.district).code,
            **extra,
        }
        matter = body.get("matter")
        levels = (await services.directories()).handled_at(unit.district, matter if isinstance(matter, dict) else {})
        if levels:
            opening["handled_at"] = levels
    else:
        opening = {
            "rules": "",
            "profile": "",
            "profile_version": 0,
            "calendar": "",
            "district": "",
            "level": "district",
            "lead": "",
            "discipline": "",
        }
    command = Command(
        name=CommandName.REGISTER,
        by=user.by(),
        body={**body, "opening": opening},
        facts=Facts(),
        id=OWN_ID + "register",
    )
    registering = CASE.parse(CommandName.REGISTER, command.body)
    assert isinstance(registering, Register)
    if unit is None or unit.kind != "window":
        raise _wrong("unit", "没有这个窗口，请核对窗口代码")
    if registering.first_receiver and await services.queries.office.staff(registering.first_receiver) is None:
        raise _wrong("first_receiver", "没有这个人员账号，请核对首接人")
    if registering.group_of:
        parent = await services.queries.cases.case(registering.group_of)
        if parent is None or parent.district != unit.district:
            raise _wrong("group_of", "本区没有这个群体件，请核对编号")
    Case("").check(command, now)
    return command


def _wrong(field: str, reason: str) -> Problem:
    return Problem(422, reason, errors=[FieldError(field, reason)])


def _summary(command: Command, organisation: Organisation) -> str:
    unit = organisation.units[command.body["unit"]]
    request_type = RequestType(command.body["request_type"])
    return summary_line(command.body["matter"]["name"], unit.name, request_type.label)


async def duplicates(services: Services, unit: str, body: Body, *, besides: str = "") -> list[LikelyDuplicate]:
    """Likely duplicates of a registration in the unit's district: they never refuse it."""
    district = (await services.organisation()).units[unit].district
    applicant, matter = body.peek("applicant"), body.peek("matter")
    key = services.personal.identity(applicant) if isinstance(applicant, dict) else None
    name = str(matter.get("name", "")).strip() if isinstance(matter, dict) else ""
    return await services.queries.cases.likely_duplicates(key, name, district, policy(district).duplicate_days, besides)


async def sweep(services: Services) -> None:
    """Start the cases that were written down and not started, because a process died or the engine was away."""
    organisation = await services.organisation()
    for case_no, stored in await services.queries.desk.not_started(SWEEP_AFTER):
        await _begin(services, Command.model_validate(stored), case_no, organisation)
