"""一类事 at the door: opened from a case's draft or by hand, agreed on, published, applied, withdrawn."""

from datetime import UTC, datetime
from typing import Any

from api.commands import ledgers
from api.commands.idempotency import carried_out, check_key
from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.papers.handing_out import HandedOut
from api.queries.rows import AnyRow
from api.services import Services
from api.solutions.opening import OPENED, index, open_solution
from models.access import DISTRICT, WINDOW, User
from models.actions import CommandName
from models.aggregate import Facts
from models.codes import Role, UnitKind
from models.errors import FieldError, Refusal, invalid
from models.ledger import stamp_time
from models.organisation import Organisation
from models.solution import SOLUTION, Solution
from models.solution.effect import effect, span
from models.solution.notice import notice
from models.solution.state import Content
from models.views.base import instant
from models.views.solution import (
    Adoption,
    ConsentView,
    Effect,
    EffectReview,
    LegalityReview,
    Reading,
    SolutionBrief,
    SolutionContent,
    SolutionLimit,
    SolutionVersion,
    SolutionView,
)

READERS = (*WINDOW, *DISTRICT, Role.LIAISON, Role.AUDITOR)
AUTHORS = (*WINDOW, Role.LEAD)
ALIASES = {"review": "review_legality"}
"""A command's name among all commands, by its name in contract.md."""

NOT_HERE = "没有这个一类事，或不在您的查看范围内"


async def open_by_hand(services: Services, user: User, body: Body, key: str | None) -> str:
    """A solution that somebody writes down; its number. The same key gives the same one."""
    if user.role not in AUTHORS:
        raise Problem(403, f"一类事由窗口或牵头单位起草，不由{user.role.label}起草")
    content = body.fields()
    departments = content.pop("departments", [])
    draft = {"content": content, "departments": departments}
    place = {"district": "x", "lead": "x", "rules": "x", "profile": "x", "profile_version": 1, "calendar": "x"}
    try:
        SOLUTION.parse(OPENED, {**draft, **place})
    except Refusal as refusal:
        errors = [FieldError(error.field.removeprefix("content."), error.reason) for error in refusal.errors]
        raise Refusal(refusal.status, refusal.detail, errors) from None
    organisation = await services.organisation()
    _check_units(user, content, departments, organisation)
    check_key(key)
    if key is not None and (earlier := await services.queries.solutions.drafted(user.username, key)):
        return earlier
    number = await services.queries.solutions.allot(organisation.units[user.unit].division)
    await open_solution(services, number, user.district, draft, user.by(), key)
    return number


def _check_units(user: User, content: dict[str, Any], departments: Any, organisation: Organisation) -> None:
    """Refuse (422) a unit asked for consent, or given a task, that is no department of the district."""
    tasked = [task.get("unit") for task in content.get("tasks", ()) if isinstance(task, dict)]
    for code in (*(departments if isinstance(departments, list) else ()), *tasked):
        unit = organisation.units.get(str(code))
        if unit is None or unit.kind is not UnitKind.DEPARTMENT or unit.district != user.district:
            raise invalid(f"{code} 不是本区的部门，请核对代码", "departments")


async def find(services: Services, user: User, number: str) -> Solution:
    """A solution of the user's district. 404 where there is none, or it is another district's."""
    if user.role not in READERS:
        raise Problem(403, f"一类事不对{user.role.label}开放")
    solution = await services.queries.solutions.one(number.replace("\0", ""))
    if solution is None or (user.role is not Role.AUDITOR and solution.state.district != user.district):
        raise Problem(404, NOT_HERE)
    return solution


async def act(
    services: Services, user: User, number: str, name: str, body: Body, key: str | None, address: str
) -> SolutionView:
    """Carry out one command on a solution; the solution afterwards."""
    name = ALIASES.get(name, name)
    async with logged(services, user, name, number, address):
        ledgers.check_act(Solution, name, user)
        solution = await find(services, user, number)
        fields = body.fields()
        command = ledgers.command_of(Solution, name, user, fields, key)
        if name == CommandName.REVISE:
            _check_units(user, fields["content"], fields.get("departments"), await services.organisation())
        if not carried_out(await services.queries.solutions.carried_out(solution.state.case_no, key), command):
            if name == CommandName.REVIEW_EFFECT:
                command.facts = Facts(effect=await effect_of(services, solution))
            solution.check(command, datetime.now(UTC))
            await services.gateway.send_beside(solution.state.case_no, command)
    await index(services)
    return await shown(services, user, await find(services, user, number))


async def effect_of(services: Services, solution: Solution) -> dict[str, Any] | None:
    """The effect of a solution since it was first published; None before that."""
    if not solution.state.versions:
        return None
    published, now = solution.state.versions[0].published_at, datetime.now(UTC)
    held = await services.queries.solutions.held(solution.state, published - span(published, now))
    return effect(held, published, now)


async def notice_of(services: Services, user: User, number: str, version: int | None) -> HandedOut:
    """A published version as 工作提示, by default the last one. 404 where there is none."""
    solution = await find(services, user, number)
    wanted = [each for each in solution.state.versions if version in (None, each.version)]
    if not wanted:
        raise Problem(404, "没有这一版工作提示，请核对版本；没有发布过的还没有工作提示")
    names = (await services.organisation()).names
    return HandedOut(notice(solution, wanted[-1], names), None, "现行版本以系统“一类事”页所示为准")


async def listed(services: Services, user: User) -> list[SolutionBrief]:
    """The solutions of the user's district (an auditor: of all), the newest first."""
    if user.role not in READERS:
        raise Problem(403, f"一类事不对{user.role.label}开放")
    solutions = await services.queries.solutions.of_district(None if user.role is Role.AUDITOR else user.district)
    reuse = await services.queries.solutions.reuse([each.state.case_no for each in solutions])
    return [_brief(each, reuse.get(each.state.case_no)) for each in solutions]


def _brief(solution: Solution, reuse: AnyRow | None) -> SolutionBrief:
    state, current = solution.state, solution.state.in_force
    content = current.content if current else state.content
    assert content is not None, "a solution begins with its draft"
    return SolutionBrief(
        id=state.case_no,
        district=state.district,
        stage=state.stage,
        case_no=state.of_case or None,
        **dict(_content(content)),
        version=current.version if current else None,
        no=current.no if current else None,
        valid_from=current.valid_from.isoformat() if current else None,
        valid_until=current.valid_until.isoformat() if current and current.valid_until else None,
        published_at=instant(current.published_at) if current else None,
        adopted_by=[each["unit"] for each in state.adoptions],
        overdue=state.overdue,
        reused=reuse.cases if reuse else 0,
        beneficiaries=reuse.people if reuse else 0,
    )


def _content(content: Content) -> SolutionContent:
    return SolutionContent.model_validate(content.model_dump())


async def shown(services: Services, user: User, solution: Solution) -> SolutionView:
    """A solution whole, with this user's commands."""
    state = solution.state
    reuse = await services.queries.solutions.reuse([state.case_no])
    effect = await effect_of(services, solution)
    return SolutionView(
        **dict(_brief(solution, reuse.get(state.case_no))),
        draft=_content(state.content) if state.content else None,
        authors=state.authors,
        consultation_id=state.consultation_id,
        consents={unit: word and ConsentView.model_validate(word) for unit, word in state.consents.items()},
        review=LegalityReview.model_validate(state.review) if state.review else None,
        versions=[SolutionVersion.model_validate(each.model_dump(mode="json")) for each in state.versions],
        adoptions=[Adoption.model_validate(each) for each in state.adoptions],
        readings=[Reading.model_validate(each) for each in state.readings],
        unread_by=await _unread(services, solution),
        effect=Effect.model_validate(effect) if effect else None,
        effects=[EffectReview.model_validate(each) for each in state.effects],
        suspended_for=state.suspended_for,
        retired_for=state.retired_for,
        limits=[
            SolutionLimit(kind=limit.kind, unit=limit.holder, due_at=stamp_time(limit.due))
            for limit in state.limits.values()
        ],
        commands=ledgers.commands(solution, user),
        ledger_length=state.seq,
        ledger_head=state.head,
    )


async def _unread(services: Services, solution: Solution) -> list[str]:
    """Windows of the district, and departments with a part in it, in which nobody has read the version in force."""
    state = solution.state
    if state.in_force is None:
        return []
    units = (await services.organisation()).units.values()
    windows = [unit.code for unit in units if unit.district == state.district and unit.kind is UnitKind.WINDOW]
    have_read = {each["unit"] for each in state.readings if each["no"] == state.in_force.no}
    return [unit for unit in dict.fromkeys((*windows, *state.consents)) if unit not in have_read]
