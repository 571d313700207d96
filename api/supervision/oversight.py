"""督导事项 at the door: opened by a supervisor, read and acted on by those who may."""

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
from models.views.base import instant
from models.views.oversight import JoinedComplaint, OversightView, Proof, SupervisedView

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.LEAD, Role.HEAD, Role.LIAISON)
NOT_HERE = "没有这个督导事项，或不在您的查看范围内"


async def open_by_hand(services: Services, user: User, body: Body) -> OversightView:
    """A task that supervision sets itself, or a hole that it found otherwise."""
    if user.role is not Role.SUPERVISOR:
        raise Problem(403, f"督导事项由监督人员开出，不由{user.role.label}开出")
    fields = {"kind": OversightKind.ORDERED.value, **body.fields()}
    own = {"source", "rules", "profile", "profile_version", "calendar", "district", "discipline"}
    if unknown := own & set(fields):
        raise Problem(422, MALFORMED, errors=[FieldError(min(unknown), "没有这个字段，请核对字段名")])
    if fields["kind"] not in (OversightKind.ORDERED, OversightKind.HOLE):
        raise invalid("监督人员自行开出的只有“督导组自行提出”（ordered）和“漏洞整改”（hole）", "kind")
    units = (await services.organisation()).units
    place = dict.fromkeys(own - {"source", "profile_version"}, "x") | {"profile_version": 1}
    OVERSIGHT.parse(CommandName.OPEN_TASK, {**fields, "source": "x", **place})
    if fields.get("of_case"):
        await finding.find_readable(services, user, fields["of_case"])
    owner = units.get(fields.get("owner", ""))
    if fields["kind"] == OversightKind.HOLE:
        _check_owner(user, owner)
    token = secrets.token_hex(8)
    division = units[user.unit].division
    number = hole_number(division, token) if fields["kind"] == OversightKind.HOLE else own_number(division, token)
    await open_task(services, number, user.district, {**fields, "source": f"{user.unit}#{token}"}, user.by())
    return await shown(services, user, await find(services, user, number))


def _check_owner(user: User, owner: Unit | None) -> None:
    kinds = (UnitKind.WINDOW, UnitKind.DEPARTMENT, UnitKind.LEAD)
    if owner is None or owner.district != user.district or owner.kind not in kinds:
        raise invalid("整改责任单位须是本区的窗口、部门或牵头单位，请核对代码", "owner")


async def find(services: Services, user: User, number: str) -> Oversight:
    """A task or hole that this user may read. 404 where there is none, or it is not theirs."""
    if user.role not in READERS:
        raise Problem(403, f"督导事项不对{user.role.label}开放")
    task = await services.queries.oversight.one(number.replace("\0", ""))
    if task is None or not may_read(user, task):
        raise Problem(404, NOT_HERE)
    return task


def may_read(user: User, task: Oversight) -> bool:
    """The supervisors of the district and the auditors; a hole also its owner and the district's lead."""
    if user.role is Role.AUDITOR:
        return True
    if user.role is Role.SUPERVISOR:
        return user.district == task.state.district
    if not task.is_owned:
        return False
    return user.district == task.state.district if user.role is Role.LEAD else user.unit == task.state.owner


async def act(
    services: Services, user: User, number: str, name: str, body: Body, key: str | None, address: str
) -> OversightView:
    """Carry out one command on a task or hole; the task afterwards."""
    async with logged(services, user, name, number, address):
        ledgers.check_act(Oversight, name, user)
        task = await find(services, user, number)
        command = ledgers.command_of(Oversight, name, user, body.fields(), key)
        if not carried_out(await services.queries.oversight.carried_out(number, key), command):
            if task.state.closed_by:
                raise conflict("该督导事项已经办结")
            task.check(command, datetime.now(UTC))
            await services.oversight.send(number, command)
    return await shown(services, user, await find(services, user, number))


async def shown(services: Services, user: User, task: Oversight) -> OversightView:
    """The task as this user reads it: a hole's owner and the lead do not see where it comes from."""
    state = task.state
    sealed: dict[str, Any] = {name: getattr(state, name) for name in ("what", "joined", "proofs", "result")}
    words = await services.personal.opened(sealed, *([state.of_case] if state.of_case else []))
    view = OversightView(
        no=state.case_no,
        kind=state.kind,
        stage=state.stage,
        what=words["what"],
        hole=state.hole,
        owner=state.owner,
        overdue=state.overdue,
        proofs=[Proof(**proof) for proof in words["proofs"]],
        joined=[JoinedComplaint(**complaint) for complaint in words["joined"]],
        joined_times=state.joined_times,
        result=words["result"],
        title=state.kind.label,
        opened_at=instant(state.opened_at),
        due_at=instant(state.due),
        commands=ledgers.commands(task, user),
    )
    if user.role not in (Role.SUPERVISOR, Role.AUDITOR):
        return view
    return SupervisedView(
        **dict(view),
        of_case=state.of_case,
        claimed_by=state.claimed_by,
        closed_by=state.closed_by,
        ledger_length=state.seq,
        ledger_head=state.head,
    )
