"""What of a case is looked for by its words (索引内容), and how it gets there and away."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from activities.followers.events import Event, Follower
from api.queries import Found
from api.queries.cases import ENDED_WELL
from api.services import Services
from api.similar.words import words_of
from models.actions import Action
from models.case import Case
from models.case.course import departments

CASE = "case"

SATURATION, LENGTH_SHARE, USUAL_LENGTH = 1.2, 0.5, 40
"""BM25's k1 and b, and the number of words that a document usually has. The two are the usual ones of the literature,
b a little smaller: a clerk who writes more tells more."""

TITLE = 2
"""A word of the matter's name counts so many times: the matter says most about what kind of case it is."""


def said_of(case: Case) -> Counter[str]:
    """The words of a case by how often they stand there: matter, request, refusal, diagnosis; and its marks."""
    matter, texts, marks = told_in(case)
    found = said_in(matter, texts)
    found.update(marks)
    return found


def told_in(case: Case) -> tuple[Mapping[str, Any], list[str], list[str]]:
    """What a case is looked for by, before it is cut into words: the matter, what is told about it, and its marks."""
    state = case.state
    refused, diagnosis = state.refused_by or {}, state.diagnosis
    texts = [state.narrative, refused.get("reason_given", ""), diagnosis.get("reason", "")]
    texts += diagnosis.get("obstacles", [])
    causes = [f"cause:{cause}" for cause in diagnosis.get("causes", [])]
    return state.matter, texts, causes + [f"unit:{unit}" for unit in sorted(departments(case))]


def said_in(matter: Mapping[str, Any], texts: Iterable[str]) -> Counter[str]:
    """The words of a matter and of what is told about it."""
    found = Counter(word for text in texts for word in words_of(str(text)))
    for word in words_of(str(matter.get("name", ""))):
        found[word] += TITLE
    if code := matter.get("code"):
        found[f"matter:{code}"] += TITLE
    return found


def terms(words: Counter[str], secret: bytes) -> dict[int, float]:
    """What a search asks for: each word's digest, with how much it counts."""
    return {digest(word, secret): count**0.5 for word, count in words.items()}


def weighed(words: Counter[str], secret: bytes) -> dict[int, float]:
    """What the index keeps: each word's digest with its weight by BM25, but for how rare it is."""
    length = LENGTH_SHARE * words.total() / USUAL_LENGTH
    norm = SATURATION * (1 - LENGTH_SHARE + length)
    return {digest(word, secret): n * (SATURATION + 1) / (n + norm) for word, n in words.items()}


def digest(word: str, secret: bytes) -> int:
    """A word as a number that tells nobody which word it is, under the installation's secret."""
    mac = hmac.new(secret, f"word:{word}".encode(), hashlib.sha256).digest()
    return int.from_bytes(mac[:8], signed=True)


FOLLOWER = "similar"
ENDS = frozenset(
    {Action.RESOLVED, Action.AUTO_CLOSED, Action.ACKNOWLEDGED, Action.REPORTED, Action.ARCHIVED, Action.REOPENED}
)
"""Entries after which a case may have become one to learn from, or be none any more."""


def follower(services: Services) -> Follower:
    """What follows the event log."""
    return Follower(partial(follow, services), ENDS)


async def follow(services: Services, event: Event) -> bool:
    """Keep the index as the cases are, after an entry that may have changed what a case is to the index."""
    await index_if_resolved(services, event.case_no)
    return True


async def index_if_resolved(services: Services, case_no: str) -> None:
    """Put a resolved case into the index, take any other out; one whose key is destroyed is in none.

    Its words do not change while it is resolved: what is in stays as it is.
    """
    standing = await services.queries.similar.standing(CASE, case_no)
    if standing is None or standing.resolved == standing.indexed:
        return
    if standing.indexed:
        await services.queries.similar.drop(CASE, case_no)
        return
    found = await services.queries.cases.case(case_no)
    if found is not None:
        await index_found(services, found, services.personal.opened_case(found))


async def index_found(services: Services, found: Found, case: Case) -> None:
    """Put a case as it was just read, words opened, into the index, if it is resolved and its key is there."""
    destroyed = any(key.wrapped is None for key in found.keys)
    if case.state.stage in ENDED_WELL and case.state.resolved_at is not None and not destroyed:
        await services.queries.similar.put(CASE, found.case_no, found.district, weighed(said_of(case), services.secret))
