"""The index by words (索引内容): the words of a case, and its way in and out."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from activities.followers.events import Event, Follower
from api.queries import CaseRecord
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
"""How many times a word of the matter's name counts: the matter says most about the kind of case."""


def case_words(case: Case) -> Counter[str]:
    """The words of a case by how often they stand there: matter, request, refusal, diagnosis; and its marks."""
    matter, texts, marks = case_texts(case)
    words = words_in(matter, texts)
    words.update(marks)
    return words


def case_texts(case: Case) -> tuple[Mapping[str, Any], list[str], list[str]]:
    """The texts by which a case is found: its matter, its narrative and reasons, and its marks."""
    state = case.state
    refused, diagnosis = state.refused_by or {}, state.diagnosis
    texts = [state.narrative, refused.get("reason_given", ""), diagnosis.get("reason", "")]
    texts += diagnosis.get("obstacles", [])
    causes = [f"cause:{cause}" for cause in diagnosis.get("causes", [])]
    return state.matter, texts, causes + [f"unit:{unit}" for unit in sorted(departments(case))]


def words_in(matter: Mapping[str, Any], texts: Iterable[str]) -> Counter[str]:
    """The words of a matter and of texts about it."""
    words = Counter(word for text in texts for word in words_of(str(text)))
    for word in words_of(str(matter.get("name", ""))):
        words[word] += TITLE
    if code := matter.get("code"):
        words[f"matter:{code}"] += TITLE
    return words


def terms(words: Counter[str], secret: bytes) -> dict[int, float]:
    """The terms of a search: each word's digest, with how much it counts."""
    return {digest(word, secret): count**0.5 for word, count in words.items()}


def weighed(words: Counter[str], secret: bytes) -> dict[int, float]:
    """The terms of the index: each word's digest with its weight by BM25, without its rarity."""
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
    """The follower of the event log."""
    return Follower(partial(follow, services), ENDS)


async def follow(services: Services, event: Event) -> bool:
    """Bring the index up to date after an entry that may put a case into it or take it out."""
    await index_if_resolved(services, event.case_no)
    return True


async def index_if_resolved(services: Services, case_no: str) -> None:
    """Put a resolved case into the index, take any other out; one whose key is destroyed is in none.

    Its words do not change while it is resolved: a case in the index stays as it is.
    """
    standing = await services.queries.similar.standing(CASE, case_no)
    if standing is None or standing.resolved == standing.indexed:
        return
    if standing.indexed:
        await services.queries.similar.drop(CASE, case_no)
        return
    record = await services.queries.cases.case(case_no)
    if record is not None:
        await index_record(services, record, services.personal.opened_case(record))


async def index_record(services: Services, record: CaseRecord, case: Case) -> None:
    """Put a case as it was just read, words opened, into the index, if it is resolved and its key is there."""
    destroyed = any(key.wrapped is None for key in record.keys)
    if case.state.stage in ENDED_WELL and case.state.resolved_at is not None and not destroyed:
        await services.queries.similar.put(
            CASE, record.case_no, record.district, weighed(case_words(case), services.secret)
        )
