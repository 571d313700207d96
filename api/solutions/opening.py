"""Drafts of cases become solutions of their own; solutions in force are suggested (一类事)."""

from functools import partial
from typing import Any

from activities.followers.events import Event, Follower
from api.queries.solutions import INDEX_KIND
from api.services import Services
from api.similar.index import weighed, words_in
from models.actions import Action, CommandName
from models.aggregate import OWN_ID, SYSTEM, By, Command
from models.case.course import departments
from models.solution.state import EDITION

FOLLOWER = "solutions"
OPENED = CommandName.DRAFT_SOLUTION


def follower(services: Services) -> Follower:
    """The follower of the event log."""
    return Follower(partial(follow, services), frozenset({Action.SOLUTION_PROPOSED}))


async def follow(services: Services, event: Event) -> bool:
    """Open the drafts of the event's case."""
    await open_proposed(services, event.case_no)
    return True


async def open_proposed(services: Services, case_no: str) -> None:
    """Open a solution for each draft of the case that has none yet."""
    record = await services.queries.cases.case(case_no)
    if record is None or not record.case.state.solutions:
        return
    known = await services.queries.solutions.of_case(case_no)
    for draft in record.case.state.solutions:
        if draft["id"] in known:
            continue
        names = ("title", "applies_to", "steps", "materials", "legal_basis")
        body = {
            "content": {name: draft[name] for name in names},
            "departments": departments(record.case),
            "of_case": case_no,
            "consultation_id": draft.get("consultation_id"),
            "author": draft["by"],
            "unit": draft["unit"],
        }
        await open_solution(
            services,
            draft["id"],
            record.district,
            {name: value for name, value in body.items() if value is not None},
            SYSTEM,
        )


async def open_solution(
    services: Services, number: str, district: str, draft: dict[str, Any], by: By, key: str | None = None
) -> None:
    """Start a solution under that number, if it is not there."""
    organisation = await services.organisation()
    body = {**draft, "edition": EDITION, **await services.rules_in(district), "lead": organisation.lead(district).code}
    command = Command(name=OPENED, by=by, body=body, id=key or f"{OWN_ID}open")
    await services.gateway.draft_solution(number, command, draft["content"]["title"])


async def index(services: Services) -> None:
    """Index solutions in force, in the words of their newest version, and take the others out."""
    for ref in await services.queries.solutions.wrongly_indexed():
        await services.queries.similar.drop(INDEX_KIND, ref)
    for solution in await services.queries.solutions.not_indexed():
        if solution.state.in_force is None:
            continue
        content = solution.state.in_force.content
        words = words_in({"name": content.title}, [content.applies_to, *content.steps])
        terms = weighed(words, services.secret)
        await services.queries.similar.put(INDEX_KIND, solution.state.case_no, solution.state.district, terms)
