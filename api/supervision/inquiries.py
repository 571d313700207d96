"""责任倒查 at the door: an act's allegation goes to the inquiry; the case never gets it.

An opening is kept before the command that causes it is sent, and carried out after; the sweep goes on after a crash in
between. Only supervisors and auditors ever read any of it.
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
from api.queries import CaseRecord
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
"""Roles that learn that there is an inquiry at all."""

NOTHING_TO_APPEAL = "没有可以由您单位申诉的事项"

SWEEP_AFTER = timedelta(seconds=60)
"""How old something left undone must be: longer than a command takes, retries and all."""

logger = logging.getLogger(__name__)


async def keep(services: Services, record: CaseRecord, cause: str, allegation: Allegation, by: By = SYSTEM) -> Any:
    """Write the opening of an inquiry down, before its cause is sent."""
    return await services.queries.inquiries.keep_opening(
        record.case_no, cause, own=allegation.own, command=_opening(record, allegation, by)
    )


def _opening(record: CaseRecord, allegation: Allegation, by: By) -> Command:
    state = record.case.state
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
    """Open the inquiry that was kept, after its cause: it follows the cause in the merged timeline."""
    if await services.queries.inquiries.one(kept.of_case, kept.case_no):
        return
    command = Command.model_validate(kept.command)
    record = await services.queries.cases.case(kept.of_case)
    if record is not None:
        command.body["origin"]["after"] = record.case.state.seq
    await services.sealed.open(kept.case_no, command)


async def act(services: Services, record: CaseRecord, by: By, name: str, body: dict[str, Any], key: str | None) -> None:
    """Carry out a command on an inquiry of this case. Those who may not know of it were refused before."""
    command = Command(name=name, by=by, body=body, id=key or OWN_ID + secrets.token_urlsafe(6))
    if name == Inquiry.opened_by:
        await _open_by_hand(services, record, command)
        return
    INQUIRY.parse(name, body)
    inquiry = await services.queries.inquiries.one(record.case_no, str(body["inquiry_id"]))
    if inquiry is None:
        raise invalid("本案没有这个编号的倒查，请刷新后重选", "inquiry_id")
    if carried_out(await services.queries.inquiries.carried_out(inquiry.state.case_no, key), command):
        return
    command.facts = await _facts(services, record, inquiry, body)
    inquiry.check(command, datetime.now(UTC))
    if name == CommandName.FIND and body.get("remedy"):
        require_room(record.case, CommandName.ORDER_REMEDY, body["remedy"])
    await services.sealed.send(inquiry.state.case_no, command)
    if name == CommandName.FIND and body.get("remedy"):
        await order_remedy(services, inquiry.state.case_no, record, body["remedy"])
    if name == CommandName.FIND and body.get("hole"):
        await task_opening.sweep(services)


async def _open_by_hand(services: Services, record: CaseRecord, command: Command) -> None:
    if "origin" in command.body:
        raise Problem(422, "提交的内容不符合要求", errors=[FieldError("origin", "没有这个字段，请核对字段名")])
    allegation = Allegation(command.body.get("respondents", []), command.body.get("allegation", ""))
    opening = _opening(record, allegation, command.by)
    opening.body = {**opening.body, **command.body}
    INQUIRY.parse(CommandName.OPEN_INQUIRY, opening.body)
    units = (await services.organisation()).units
    if unknown := [each["unit"] for each in command.body["respondents"] if each["unit"] not in units]:
        raise invalid(f"没有单位 {unknown[0]}，请核对代码", "respondents")
    kept = await services.queries.inquiries.keep_opening(record.case_no, command.id, own=False, command=opening)
    await open_kept(services, kept)


async def _facts(services: Services, record: CaseRecord, inquiry: Inquiry, body: dict[str, Any]) -> Facts:
    organisation = await services.organisation()
    persons = [person_key(each.unit, each.staff) for each in inquiry.state.respondents if each.staff]
    facts = Facts(
        after=record.case.state.seq, earlier_findings=await services.queries.inquiries.earlier_findings(persons)
    )
    named = [body[part]["unit"] for part in ("remedy", "hole") if body.get(part)]
    for unit in map(organisation.units.get, named):
        if unit is not None and unit.district == record.district:
            facts.units[unit.code] = unit_fact(organisation, unit.code)
    return facts


async def order_remedy(services: Services, inquiry_id: str, record: CaseRecord, remedy: dict[str, Any]) -> None:
    """Give the case an obligation without its reason. May be repeated: it is ordered once."""
    own_id = f"{OWN_ID}remedy-{hashlib.md5(inquiry_id.encode(), usedforsecurity=False).hexdigest()[:12]}"
    command = Command(name=CommandName.ORDER_REMEDY, by=SYSTEM, body=remedy, id=own_id)
    if await services.queries.cases.carried_out(record.case_no, own_id) is None:
        await services.gateway.send(record.case_no, command, record.case)


async def require_notice(services: Services, user: User, record: CaseRecord, inquiry_id: Any) -> None:
    """403 unless this user's unit has a notice of that inquiry; the same where there is no inquiry."""
    inquiry = await services.queries.inquiries.one(record.case_no, str(inquiry_id))
    if inquiry is None or not noticed(inquiry, user.unit):
        raise Problem(403, NOTHING_TO_APPEAL)


async def availability(services: Services, user: User, record: CaseRecord, name: str, by: By) -> Availability:
    """Whether this user may give that command on some inquiry of the case, and if not why."""
    act_class = INQUIRY.acts[name]
    schema, to_the_accused = schema_of(act_class), act_class.to_the_accused
    if user.role not in act_class.roles:
        return Availability(name, False, f"“{COMMANDS[name]}”不由{user.role.label}办理", schema)
    if name == Inquiry.opened_by:
        return Availability(name, True, "", schema)
    why = NOTHING_TO_APPEAL if to_the_accused else "本案没有可以这样办理的倒查"
    for inquiry in await services.queries.inquiries.of_case(record.case_no):
        answer = inquiry.availability(name, by)
        if answer.possible:
            return answer
        why = why if to_the_accused and not noticed(inquiry, user.unit) else answer.why_not
    return Availability(name, False, why, schema)


async def notices(services: Services, user: User) -> list[FindingNotice]:
    """The notices of a unit that was found against: inquiry and measure, nothing else."""
    return [
        FindingNotice(inquiry_id=inquiry.state.case_no, measure=inquiry.state.measure)
        for inquiry in await services.queries.inquiries.noticed(user.unit)
        if noticed(inquiry, user.unit) and inquiry.state.measure
    ]


def placed(inquiry_rows: Sequence[Any]) -> list[tuple[int, Any]]:
    """The entries of a case's inquiries, each with its place in the merged timeline: after its cause."""
    after: dict[str, int] = {}
    keyed: list[tuple[tuple[int, str, int], Any]] = []
    for row in inquiry_rows:
        cause_seq = row.detail.get("origin", row.detail).get("after", 0)
        after[row.case_no] = max(after.get(row.case_no, 0), cause_seq)
        keyed.append(((after[row.case_no], row.case_no, row.seq), row))
    ordered = sorted(keyed, key=lambda each: each[0])
    return [(caused_by + n, row) for n, ((caused_by, _, _), row) in enumerate(ordered, start=1)]


async def sweep(services: Services) -> None:
    """Open inquiries whose cause came about, forget the others, and order remedies that were found and not ordered."""
    for kept, caused in await services.queries.inquiries.not_opened(SWEEP_AFTER):
        if caused:
            await open_kept(services, kept)
        else:
            await services.queries.inquiries.drop_opening(kept.case_no)
    for state in await services.queries.inquiries.remedies_not_ordered(SWEEP_AFTER):
        record = await services.queries.cases.case(state["of_case"])
        if record is None:
            continue
        try:
            await order_remedy(services, state["case_no"], record, state["remedy"])
        except Refusal as refusal:  # the others are still to be ordered
            logger.error("责成补救没有进入案件 %s：%s", record.case_no, refusal.detail)
