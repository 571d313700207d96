"""What the rules have to know of the world outside a case (案外事实), gathered before a command is sent."""

from typing import Any

from api.services import Services
from models.access import User, may_read
from models.aggregate import Act, Facts, UnitFact
from models.case import Case
from models.organisation import Organisation
from models.row import applicant_key

OTHER_CASE = {"link": "case_no", "merge": "into", "explain_difference": "other"}
"""Commands that name another case, and in which field."""

SHORTEST_ANSWER = 12
"""Characters: two offices may well have said less in the same words."""


async def gather(
    services: Services, user: User, case: Case, act: Act, body: dict[str, Any], *, on_behalf: bool, address: str
) -> Facts:
    """What the rules have to know of the world for this command (see `Facts`)."""
    state, facts, name = case.state, Facts(), act.command
    organisation = await services.organisation()
    if name == "measure":
        facts.breaches = await services.queries.cases.breaches(applicant_key(state.applicant), state.case_no)
    elif name in ("resolve", "conclude"):
        facts.open_children = await services.queries.cases.open_children(state.case_no)
    elif name in ("explain", "reply"):
        words = body["text" if name == "explain" else "content"]
        if len(words) >= SHORTEST_ANSWER:
            facts.same_answers = await services.queries.cases.answered_alike(words, state.case_no)
    elif name == "evaluate":
        windows = organisation.ancestors(state.unit)
        facts.at_counter = on_behalf or await services.queries.office.is_counter(address, windows)
    elif name == "name_deputy":
        facts.colleagues = await services.queries.office.colleagues(organisation.subtree(state.unit))
    elif name == "apply_solution":
        facts.solution = await services.queries.solutions.version(state.district, body["solution_id"])
    elif name in OTHER_CASE:
        other = await services.queries.cases.case(body[OTHER_CASE[name]])
        if other and may_read(user, other, organisation) and not (name == "merge" and other.case.state.merged_into):
            facts.cases = [other.case_no]
    directories = await services.directories()
    if name == "name_specialist":
        facts.specialists = directories.skills(state.district)
    tasked = {task["unit"] for task in (facts.solution or {}).get("content", {}).get("tasks", ())}
    for code in sorted({*act.units(case), *tasked} & set(organisation.units)):
        facts.units[code] = unit = unit_fact(organisation, code)
        if name == "diagnose":
            unit.name = organisation.units[code].name
        elif name == "return":
            unit.duties = directories.duty_codes(code)
        elif name in ("assign", "conclude", "apply_solution"):
            unit.competent = directories.competent(code, state.matter)
    return facts


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
