"""办法建议: resolved cases and published solutions like the case in hand (KB2), for those who may know of them."""

import hashlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import orjson

from api.queries.similar import Like, Resolved
from api.queries.solutions import INDEX_KIND
from api.services import Services, Suggested
from api.similar.index import case_texts, case_words, terms, words_in
from models.access import DISTRICT, WINDOW, User, may_read
from models.case import Case
from models.case.course import BEFORE_RESOLVED
from models.ledger import stamp_time
from models.organisation import Organisation
from models.solution import Solution
from models.views.kept import SuggestionAnswer
from models.views.suggestions import SuggestedCase, SuggestedSolution, Suggestion

MOST, MOST_SOLUTIONS = 5, 3
LOOKED_AT = 40
"""More are found than shown: some have been taken up again since."""

WEAKEST = 0.3
"""本系统约定: documents with less than this share of the best score are left out."""


AS_SHOWN, MOST_KEPT = 600.0, 2000
"""How many seconds a command's answer repeats the suggestions shown before, and for how many cases they are kept in a
process."""


async def for_case(services: Services, user: User, case: Case, *, as_shown: bool = False) -> list[Suggestion]:
    """For a case that is still in hand, each with the answer already given to it; nothing once it is resolved.

    `as_shown` repeats what this reader was shown a little while ago, unless the case's own words have changed since.
    """
    if case.state.stage not in BEFORE_RESOLVED:
        return []
    place = (user, case.state.case_no)
    digest = hashlib.sha256(orjson.dumps(case_texts(case))).digest()
    shown = services.suggested.get(place) if as_shown else None
    if shown and shown.digest == digest and time.monotonic() - shown.at < AS_SHOWN:
        suggestions = shown.suggestions
    else:
        suggestions = await suggested(services, user, case.state.district, case_words(case), besides=case.state.case_no)
        services.suggested[place] = Suggested(digest, time.monotonic(), suggestions)
        if len(services.suggested) > MOST_KEPT:
            del services.suggested[next(iter(services.suggested))]
    answers = {answer["ref"]: SuggestionAnswer(**answer) for answer in case.state.suggestions_answered}
    return [each.model_copy(update={"answer": answers.get(each.ref)}) for each in suggestions]


async def for_words(services: Services, user: User, district: str, body: Mapping[str, Any]) -> list[Suggestion]:
    """While a registration is being typed."""
    matter, refused = body.get("matter"), body.get("refused_by")
    texts = [body.get("narrative", ""), refused.get("reason_given", "") if isinstance(refused, dict) else ""]
    words = words_in(matter if isinstance(matter, dict) else {}, [text for text in texts if isinstance(text, str)])
    return await suggested(services, user, district, words)


async def suggested(
    services: Services, user: User, district: str, words: Counter[str], besides: str = ""
) -> list[Suggestion]:
    """The district's solutions and cases that are most like these words: solutions in force first."""
    like = await services.queries.similar.like(district, terms(words, services.secret), LOOKED_AT)
    if not like:
        return []
    least = WEAKEST * like[0].score
    near = [each for each in like if each.score >= least and each.ref != besides]
    offered = [_solution(each) for each in await _in_force(services, near)]
    organisation = await services.organisation()
    known = ((each.ref, each.case) for each in near if each.case and _knows(user, district, each.case, organisation))
    cases = list(islice(known, MOST))
    done = await services.queries.similar.done([ref for ref, _ in cases])
    resolved = [_case(ref, case, done[ref], readable=may_read(user, case, organisation)) for ref, case in cases]
    best: list[Suggestion] = [*offered[:MOST_SOLUTIONS], *resolved]
    return best[:MOST]


async def _in_force(services: Services, near: Sequence[Like]) -> list[Solution]:
    """The solutions among them that are in force, the likest first."""
    numbers = [each.ref for each in near if each.kind == INDEX_KIND]
    solutions = await services.queries.solutions.in_force(numbers)
    return sorted(solutions, key=lambda each: numbers.index(each.state.case_no))


def _knows(user: User, district: str, case: Resolved, organisation: Organisation) -> bool:
    """Windows, lead and supervision know of their district's cases as of duplicates; others of what they read."""
    own = user.role in (*WINDOW, *DISTRICT) and user.district == district == case.district
    return own or may_read(user, case, organisation)


def _case(ref: str, case: Resolved, done: Mapping[str, Any], *, readable: bool) -> SuggestedCase:
    """A resolved case: the kinds of measures and the basis; its words only where it is `readable`."""
    return SuggestedCase(
        kind="case",
        ref=ref,
        case_no=ref,
        title=case.matter,
        unit=case.unit,
        stage=case.stage,
        category=case.category,
        outcome=case.outcome,
        measures=done["measures"],
        basis=done["basis"],
        how=done["how"] if readable else None,
        resolved_at=stamp_time(datetime.fromisoformat(case.resolved_at)),
        answer=None,
    )


def _solution(solution: Solution) -> SuggestedSolution:
    current = solution.state.in_force
    assert current is not None, "only what is in force is asked for"
    return SuggestedSolution(
        kind="solution",
        ref=solution.state.case_no,
        solution_id=solution.state.case_no,
        title=current.content.title,
        unit=solution.state.unit,
        no=current.no,
        version=current.version,
        applies_to=current.content.applies_to,
        steps=current.content.steps,
        basis=current.content.legal_basis,
        at_counter=not current.content.tasks,
        answer=None,
    )
