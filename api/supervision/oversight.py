"""督导事项 at the door: what a supervisor opens, and who may read and do what with a task or a hole."""

import secrets
from datetime import UTC, datetime
from typing import Any

from api.commands import finding, ledgers
from api.commands.idempotency import carried_out
from api.http.bodies import MALFORMED, Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.services import Services
from api.supervision.task_opening import open_task
from models.access import User
from models.actions import CommandName
from models.codes import OversightKind, Role, UnitKind
from models.errors import FieldError, conflict, invalid
from models.organisation import Unit
from models.oversight import OVERSIGHT, Oversight
from models.oversight.sources import hole_number, own_number
from models.view import instant

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.LEAD, Role.HEAD, Role.LIAISON)
NOT_HERE = "没有这个督导事项，或不在您的查看范围内"


async def open_by_hand(services: Services, user: User, body: Body) -> dict[str, Any]:
    """A task that supervision sets itself, or a hole that it found otherwise."""
    if user.role is not Role.SUPERVISOR:
        raise Problem(403, f"督导事项由监督人员开出，不由{user.role.label}开出")
    said = {"kind": OversightKind.ORDERED.value, **body.fields()}
    own = {"source", "rules", "profile", "profile_version", "calendar", "district", "discipline"}
    if unknown := own & set(said):
        raise Problem(422, MALFORMED, errors=[FieldError(min(unknown), "没有这个字段，请核对字段名")])
    if said["kind"] not in (OversightKind.ORDERED, OversightKind.HOLE):
        raise invalid("监督人员自行开出的只有“督导组自行提出”（ordered）和“漏洞整改”（hole）", "kind")
    units = (await services.organisation()).units
    place = dict.fromkeys(own - {"source", "profile_version"}, "x") | {"profile_version": 1}
    OVERSIGHT.parse(CommandName.OPEN_TASK, {**said, "source": "x", **place})
    if said.get("of_case"):
        await finding.find_readable(services, user, said["of_case"])
    owner = units.get(said.get("owner", ""))
    if said["kind"] == OversightKind.HOLE:
        _check_owner(user, owner)
    token = secrets.token_hex(8)
    division = units[user.unit].division
    number = hole_number(division, token) if said["kind"] == OversightKind.HOLE else own_number(division, token)
    await open_task(services, number, user.district, {**said, "source": f"{user.unit}#{token}"}, user.by())
    return await shown(services, user, await find(services, user, number))


def _check_owner(user: User, owner: Unit | None) -> None:
    kinds = (UnitKind.WINDOW, UnitKind.DEPARTMENT, UnitKind.LEAD)
    if owner is None or owner.district != user.district or owner.kind not in kinds:
        raise invalid("整改责任单位须是本区的窗口、部门或牵头单位，请核对代码", "owner")


async def find(services: Services, user: User, number: str) -> Oversight:
    """A task or hole that this user may read. One answer for what is not there and what is not theirs: 404."""
    if user.role not in READERS:
        raise Problem(403, f"督导事项不对{user.role.label}开放")
    found = await services.queries.oversight.one(number.replace("\0", ""))
    if found is None or not may_read(user, found):
        raise Problem(404, NOT_HERE)
    return found


def may_read(user: User, on: Oversight) -> bool:
    """The supervisors of the district and the auditors; a hole also its owner and the district's lead."""
    if user.role is Role.AUDITOR:
        return True
    if user.role is Role.SUPERVISOR:
        return user.district == on.state.district
    if not on.is_owned:
        return False
    return user.district == on.state.district if user.role is Role.LEAD else user.unit == on.state.owner


async def act(
    services: Services, user: User, number: str, name: str, body: Body, key: str | None, address: str
) -> dict[str, Any]:
    """Carry out one command on a task or hole; what it is afterwards."""
    async with logged(services, user, name, number, address):
        ledgers.check_act(Oversight, name, user)
        found = await find(services, user, number)
        command = ledgers.command_of(Oversight, name, user, body.fields(), key)
        if not carried_out(await services.queries.oversight.carried_out(number, key), command):
            if found.state.closed_by:
                raise conflict("该督导事项已经办结")
            found.check(command, datetime.now(UTC))
            await services.oversight.send(number, command)
    return await shown(services, user, await find(services, user, number))


async def shown(services: Services, user: User, on: Oversight) -> dict[str, Any]:
    """It as this user reads it: a hole's owner and the lead are not told where it comes from."""
    state = on.state
    names = ("kind", "stage", "what", "hole", "owner", "overdue", "proofs", "joined", "joined_times", "result")
    told = {
        "no": state.case_no,
        **{name: getattr(state, name) for name in names},
        "title": state.kind.label,
        "opened_at": instant(state.opened_at),
        "due_at": instant(state.due),
        "commands": [offer.model_dump(mode="json") for offer in ledgers.commands(on, user)],
    }
    if user.role in (Role.SUPERVISOR, Role.AUDITOR):
        told |= {"of_case": state.of_case, "claimed_by": state.claimed_by, "closed_by": state.closed_by}
        told |= {"ledger_length": state.seq, "ledger_head": state.head}
    return await services.personal.opened(told, *([state.of_case] if state.of_case else []))
