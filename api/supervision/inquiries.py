"""责任倒查 at the door: what an act alleges goes to the inquiry; the case never gets it.

What is to be opened is kept before the command that sets it off is sent, and opened after; the sweep opens what a crash
in between has left. Only supervisors and auditors ever read any of it.
"""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from api.commands.facts import unit_fact
from api.commands.idempotency import carried_out
from api.http.errors import Problem
from api.queries import Found
from api.services import Services
from api.supervision import task_opening
from models.access import User
from models.actions import COMMANDS, CommandName
from models.aggregate import OWN_ID, SYSTEM, Allegation, Availability, By, Command, Facts
from models.aggregate.aggregate import schema_of
from models.case.room import require_room
from models.codes import Role
from models.errors import FieldError, Refusal, invalid
from models.inquiry import INQUIRY, Inquiry
from models.inquiry.appeal import noticed
from models.inquiry.row import person_key
from models.views.notices import FindingNotice

READERS = (Role.SUPERVISOR, Role.AUDITOR)
"""Who learns that there is an inquiry at all."""

NOTHING_TO_APPEAL = "没有可以由您单位申诉的事项"

SWEEP_AFTER = timedelta(seconds=60)
"""How old something left undone must be: longer than a command takes, retries and all."""

logger = logging.getLogger(__name__)


async def keep(services: Services, found: Found, cause: str, allegation: Allegation, by: By = SYSTEM) -> Any:
    """Write down what is to be opened, before its cause is sent."""
    return await services.queries.inquiries.keep_opening(
        found.case_no, cause, own=allegation.own, command=_opening(found, allegation, by)
    )


def _opening(found: Found, allegation: Allegation, by: By) -> Command:
    state = found.case.state
    names = ("rules", "profile", "profile_version", "calendar", "district", "discipline")
    origin = {"of_case": state.case_no, "after": state.seq, "own": allegation.own}
    body = {
        "respondents": allegation.respondents,
        "allegation": allegation.words,
        "origin": {**origin, **{name: getattr(state, name) for name in names}},
    }
    if allegation.conduct:
        body["conduct"] = allegation.conduct
    return Command(name=CommandName.OPEN_INQUIRY, by=by, body=body, id=f"{OWN_ID}open")


async def open_kept(services: Services, kept: Any) -> None:
    """Open what was kept, now that its cause has come about: it stands after it in the merged timeline."""
    if await services.queries.inquiries.one(kept.of_case, kept.case_no):
        return
    command = Command.model_validate(kept.command)
    found = await services.queries.cases.case(kept.of_case)
    if found is not None:
        command.body["origin"]["after"] = found.case.state.seq
    await services.sealed.open(kept.case_no, command)


async def act(services: Services, found: Found, by: By, name: str, body: dict[str, Any], key: str | None) -> None:
    """Carry out a command on an inquiry of this case; who may not know of it was refused before."""
    command = Command(name=name, by=by, body=body, id=key or OWN_ID + secrets.token_urlsafe(6))
    if name == Inquiry.opened_by:
        await _open_by_hand(services, found, command)
        return
    INQUIRY.parse(name, body)
    inquiry = await services.queries.inquiries.one(found.case_no, str(body["inquiry_id"]))
    if inquiry is None:
        raise invalid("本案没有这个编号的倒查，请刷新后重选", "inquiry_id")
    if carried_out(await services.queries.inquiries.carried_out(inquiry.state.case_no, key), command):
        return
    command.facts = await _facts(services, found, inquiry, body)
    inquiry.check(command, datetime.now(UTC))
    if name == CommandName.FIND and body.get("remedy"):
        require_room(found.case, CommandName.ORDER_REMEDY, body["remedy"])
    await services.sealed.send(inquiry.state.case_no, command)
    if name == CommandName.FIND and body.get("remedy"):
        await order_remedy(services, inquiry.state.case_no, found, body["remedy"])
    if name == CommandName.FIND and body.get("hole"):
        await task_opening.sweep(services)


async def _open_by_hand(services: Services, found: Found, command: Command) -> None:
    if "origin" in command.body:
        raise Problem(422, "提交的内容不符合要求", errors=[FieldError("origin", "没有这个字段，请核对字段名")])
    allegation = Allegation(command.body.get("respondents", []), command.body.get("allegation", ""))
    opening = _opening(found, allegation, command.by)
    opening.body = {**opening.body, **command.body}
    INQUIRY.parse(CommandName.OPEN_INQUIRY, opening.body)
    units = (await services.organisation()).units
    if unknown := [said["unit"] for said in command.body["respondents"] if said["unit"] not in units]:
        raise invalid(f"没有单位 {unknown[0]}，请核对代码", "respondents")
    kept = await services.queries.inquiries.keep_opening(found.case_no, command.id, own=False, command=opening)
    await open_kept(services, kept)


async def _facts(services: Services, found: Found, inquiry: Inquiry, body: dict[str, Any]) -> Facts:
    organisation = await services.organisation()
    persons = [person_key(each.unit, each.staff) for each in inquiry.state.respondents if each.staff]
    facts = Facts(
        after=found.case.state.seq, earlier_findings=await services.queries.inquiries.earlier_findings(persons)
    )
    named = [body[part]["unit"] for part in ("remedy", "hole") if body.get(part)]
    for unit in map(organisation.units.get, named):
        if unit is not None and unit.district == found.district:
            facts.units[unit.code] = unit_fact(organisation, unit.code)
    return facts


async def order_remedy(services: Services, inquiry_id: str, found: Found, remedy: dict[str, Any]) -> None:
    """The case gets an obligation and is not told why. May be repeated: it is ordered once."""
    own_id = f"{OWN_ID}remedy-{hashlib.md5(inquiry_id.encode(), usedforsecurity=False).hexdigest()[:12]}"
    command = Command(name=CommandName.ORDER_REMEDY, by=SYSTEM, body=remedy, id=own_id)
    if await services.queries.cases.carried_out(found.case_no, own_id) is None:
        await services.gateway.send(found.case_no, command, found.case)


async def require_notice(services: Services, user: User, found: Found, inquiry_id: Any) -> None:
    """403 unless this user's unit has a notice of that inquiry: no other answer tells whether there is one."""
    inquiry = await services.queries.inquiries.one(found.case_no, str(inquiry_id))
    if inquiry is None or not noticed(inquiry, user.unit):
        raise Problem(403, NOTHING_TO_APPEAL)


async def availability(services: Services, user: User, found: Found, name: str, by: By) -> Availability:
    """Whether this user may give that command on some inquiry of the case, and if not why."""
    act_class = INQUIRY.acts[name]
    schema, to_the_accused = schema_of(act_class), act_class.to_the_accused
    if user.role not in act_class.roles:
        return Availability(name, False, f"“{COMMANDS[name]}”不由{user.role.label}办理", schema)
    if name == Inquiry.opened_by:
        return Availability(name, True, "", schema)
    why = NOTHING_TO_APPEAL if to_the_accused else "本案没有可以这样办理的倒查"
    for inquiry in await services.queries.inquiries.of_case(found.case_no):
        answer = inquiry.availability(name, by)
        if answer.possible:
            return answer
        why = why if to_the_accused and not noticed(inquiry, user.unit) else answer.why_not
    return Availability(name, False, why, schema)


async def notices(services: Services, user: User) -> list[FindingNotice]:
    """What a unit that was found against is told: inquiry and measure, nothing else."""
    return [
        FindingNotice(inquiry_id=inquiry.state.case_no, measure=inquiry.state.measure)
        for inquiry in await services.queries.inquiries.noticed(user.unit)
        if noticed(inquiry, user.unit) and inquiry.state.measure
    ]


def placed(inquiry_rows: Sequence[Any]) -> list[tuple[int, Any]]:
    """The entries of a case's inquiries, each with its place in the one order of all: after what caused it."""
    after: dict[str, int] = {}
    found: list[tuple[tuple[int, str, int], Any]] = []
    for row in inquiry_rows:
        said = row.detail.get("origin", row.detail).get("after", 0)
        after[row.case_no] = max(after.get(row.case_no, 0), said)
        found.append(((after[row.case_no], row.case_no, row.seq), row))
    ordered = sorted(found, key=lambda each: each[0])
    return [(caused_by + n, row) for n, ((caused_by, _, _), row) in enumerate(ordered, start=1)]


async def sweep(services: Services) -> None:
    """Open what was kept and whose cause came about; forget what never did; order what was found and not ordered."""
    for kept, caused in await services.queries.inquiries.not_opened(SWEEP_AFTER):
        if caused:
            await open_kept(services, kept)
        else:
            await services.queries.inquiries.drop_opening(kept.case_no)
    for state in await services.queries.inquiries.remedies_not_ordered(SWEEP_AFTER):
        found = await services.queries.cases.case(state["of_case"])
        if found is None:
            continue
        try:
            await order_remedy(services, state["case_no"], found, state["remedy"])
        except Refusal as refusal:  # the others are still to be ordered
            logger.error("责成补救没有进入案件 %s：%s", found.case_no, refusal.detail)
