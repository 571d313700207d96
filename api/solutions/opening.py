"""What a case proposes becomes a solution of its own, whoever comes first; what is in force is suggested (一类事)."""

from functools import partial
from typing import Any

from activities.events import Event, Follower
from api.queries.solutions import INDEX_KIND
from api.services import Services
from api.similar.index import said_in, weighed
from models.aggregate import OWN_ID, SYSTEM, By, Command
from models.case.course import departments
from models.solution.state import EDITION

FOLLOWER = "solutions"
OPENED = "draft_solution"


def follower(wired: Services) -> Follower:
    """What follows the event log."""
    return Follower(partial(follow, wired), frozenset({"solution_proposed"}))


async def follow(wired: Services, event: Event) -> bool:
    """What a case has proposed becomes a solution of its own, whoever comes first."""
    await open_proposed(wired, event.case_no)
    return True


async def open_proposed(wired: Services, case_no: str) -> None:
    """Open each draft of the case that has none yet."""
    found = await wired.queries.cases.case(case_no)
    if found is None or not found.case.state.solutions:
        return
    known = await wired.queries.solutions.of_case(case_no)
    for draft in found.case.state.solutions:
        if draft["id"] in known:
            continue
        names = ("title", "applies_to", "steps", "materials", "legal_basis")
        said = {
            "content": {name: draft[name] for name in names},
            "departments": departments(found.case),
            "of_case": case_no,
            "consultation_id": draft.get("consultation_id"),
            "author": draft["by"],
            "unit": draft["unit"],
        }
        await open_solution(
            wired, draft["id"], found.district, {k: v for k, v in said.items() if v is not None}, SYSTEM
        )


async def open_solution(
    wired: Services, number: str, district: str, said: dict[str, Any], by: By, key: str | None = None
) -> None:
    """Start a solution under that number, if it is not there."""
    organisation = await wired.organisation()
    body = {**said, "edition": EDITION, **await wired.rules_in(district), "lead": organisation.lead(district).code}
    command = Command(name=OPENED, by=by, body=body, id=key or f"{OWN_ID}open")
    await wired.gateway.draft_solution(number, command, said["content"]["title"])


async def index(wired: Services) -> None:
    """What is in force is suggested, in the words of its newest version; what is not is no more."""
    for ref in await wired.queries.solutions.wrongly_indexed():
        await wired.queries.similar.drop(INDEX_KIND, ref)
    for solution in await wired.queries.solutions.not_indexed():
        if solution.state.in_force is None:
            continue
        content = solution.state.in_force.content
        words = said_in({"name": content.title}, [content.applies_to, *content.steps])
        terms = weighed(words, wired.secret)
        await wired.queries.similar.put(INDEX_KIND, solution.state.case_no, solution.state.district, terms)
