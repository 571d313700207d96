"""Facts from outside a case that the rules need (案外事实), gathered before a command is sent.

An act names the facts it needs (`Act.needs`); this file provides each of them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from api.services import Services
from models.access import User, may_read
from models.aggregate import Act, Facts, Need, UnitFact
from models.case import Case
from models.directory import Directories
from models.organisation import Organisation
from models.row import applicant_key

SHORTEST_ANSWER = 12
"""Characters: two offices may well have said less in the same words."""


@dataclass(frozen=True)
class Asking:
    """A command whose facts are gathered, with those known so far."""

    services: Services
    user: User
    case: Case
    act: Act
    body: dict[str, Any]
    on_behalf: bool
    address: str
    organisation: Organisation
    directories: Directories
    facts: Facts = field(default_factory=Facts)

    @property
    def about(self) -> Any:
        """The body's value in the field that the facts are about."""
        return self.body[self.act.about]


async def gather(
    services: Services, user: User, case: Case, act: Act, body: dict[str, Any], *, on_behalf: bool, address: str
) -> Facts:
    """The facts that the rules need for this command (see `Facts`)."""
    organisation, directories = await services.organisation(), await services.directories()
    asking = Asking(services, user, case, act, body, on_behalf, address, organisation, directories)
    facts = asking.facts
    for need in act.needs:
        if need in PROVIDERS:
            await PROVIDERS[need](asking)
    tasked = {task["unit"] for task in (facts.solution or {}).get("content", {}).get("tasks", ())}
    for code in sorted({*act.units(case), *tasked} & set(organisation.units)):
        facts.units[code] = unit = unit_fact(organisation, code)
        for need in act.needs:
            if need in OF_UNITS:
                OF_UNITS[need](asking, code, unit)
    return facts


async def _breaches(asking: Asking) -> None:
    state = asking.case.state
    key = applicant_key(state.applicant)
    asking.facts.breaches = await asking.services.queries.cases.breaches(key, state.case_no)


async def _open_children(asking: Asking) -> None:
    asking.facts.open_children = await asking.services.queries.cases.open_children(asking.case.state.case_no)


async def _same_answers(asking: Asking) -> None:
    if len(asking.about) >= SHORTEST_ANSWER:
        cases, case_no = asking.services.queries.cases, asking.case.state.case_no
        asking.facts.same_answers = await cases.answered_alike(asking.about, case_no)


async def _counter(asking: Asking) -> None:
    windows = asking.organisation.ancestors(asking.case.state.unit)
    office = asking.services.queries.office
    asking.facts.at_counter = asking.on_behalf or await office.is_counter(asking.address, windows)


async def _colleagues(asking: Asking) -> None:
    windows = asking.organisation.subtree(asking.case.state.unit)
    asking.facts.colleagues = await asking.services.queries.office.colleagues(windows)


async def _specialists(asking: Asking) -> None:
    asking.facts.specialists = asking.directories.skills(asking.case.state.district)


async def _solution(asking: Asking) -> None:
    district = asking.case.state.district
    asking.facts.solution = await asking.services.queries.solutions.version(district, asking.about)


async def _other_case(asking: Asking, *, merged: bool = True) -> None:
    other = await asking.services.queries.cases.case(asking.about)
    if other and may_read(asking.user, other, asking.organisation) and (merged or not other.case.state.merged_into):
        asking.facts.cases = [other.case_no]


PROVIDERS: dict[Need, Callable[[Asking], Awaitable[None]]] = {
    Need.BREACHES: _breaches,
    Need.OPEN_CHILDREN: _open_children,
    Need.SAME_ANSWERS: _same_answers,
    Need.COUNTER: _counter,
    Need.COLLEAGUES: _colleagues,
    Need.SPECIALISTS: _specialists,
    Need.SOLUTION: _solution,
    Need.OTHER_CASE: _other_case,
    Need.UNMERGED_CASE: partial(_other_case, merged=False),
}
"""By need: the function that provides the fact."""


def _name(asking: Asking, code: str, unit: UnitFact) -> None:
    unit.name = asking.organisation.units[code].name


def _duties(asking: Asking, code: str, unit: UnitFact) -> None:
    unit.duties = asking.directories.duty_codes(code)


def _competence(asking: Asking, code: str, unit: UnitFact) -> None:
    unit.competent = asking.directories.competent(code, asking.case.state.matter)


OF_UNITS: dict[Need, Callable[[Asking, str, UnitFact], None]] = {
    Need.UNIT_NAMES: _name,
    Need.UNIT_DUTIES: _duties,
    Need.UNIT_COMPETENCE: _competence,
}
"""By need: the function that provides the fact of each unit that the act names."""


def unit_fact(organisation: Organisation, code: str) -> UnitFact:
    """A unit as a case has to know it."""
    unit = organisation.units[code]
    return UnitFact(
        kind=unit.kind,
        level=unit.level,
        parent=unit.parent,
        district=unit.district,
        lead=organisation.lead(unit.district).code,
        discipline=organisation.discipline(unit.district).code,
    )
