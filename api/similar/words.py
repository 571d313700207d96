"""Chinese text as words (分词): jieba, with ways of saying the same taken for one word."""

import re
import tomllib
import warnings
from functools import cache
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba is of 2020: it asks for pkg_resources first, and does without
    from jieba import Tokenizer

_WORD = re.compile(r"[一-鿿]{2,}|[a-z0-9]{2,}")

MOST_CHARACTERS = 2000
"""本系统约定: what is written after them tells no more about what kind of case it is."""


@cache
def _tokenizer() -> Any:
    """The dictionary, read once a process (some 0.7 s). Not jieba's cache: a file in /tmp could be anybody's."""
    found = Tokenizer()
    found.FREQ, found.total = found.gen_pfdict(found.get_dict_file())
    found.initialized = True
    for group in _said()["alike"]:
        found.add_word(group[0])
    return found


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text())


@cache
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    first = {word: group[0] for group in _said()["alike"] for word in group}
    return re.compile("|".join(sorted(map(re.escape, first), key=len, reverse=True))), first


@cache
def _stop() -> frozenset[str]:
    return frozenset(_said()["stop"])


def make_ready() -> None:
    """Read the dictionary now, so that nobody waits for it."""
    _tokenizer()


def words_of(text: str) -> list[str]:
    """The words of a text that tell one kind of case from another, in their order; long ones with their parts."""
    pattern, first = _alike()
    same = pattern.sub(lambda found: first[found[0]], text[:MOST_CHARACTERS].lower())
    return [word for word in _tokenizer().cut_for_search(same) if _WORD.fullmatch(word) and word not in _stop()]
