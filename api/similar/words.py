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
"""本系统约定: text after them says no more about the kind of case."""


@cache
def _tokenizer() -> Any:
    """The dictionary, read once a process (some 0.7 s). Not jieba's cache: a file in /tmp could be anybody's."""
    tokenizer = Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for group in _word_lists()["alike"]:
        tokenizer.add_word(group[0])
    return tokenizer


@cache
def _word_lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text())


@cache
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    first = {word: group[0] for group in _word_lists()["alike"] for word in group}
    return re.compile("|".join(sorted(map(re.escape, first), key=len, reverse=True))), first


@cache
def _stop() -> frozenset[str]:
    return frozenset(_word_lists()["stop"])


def make_ready() -> None:
    """Read the dictionary now, so that nobody waits for it."""
    _tokenizer()


def words_of(text: str) -> list[str]:
    """The distinctive words of a text, in their order; long ones with their parts."""
    pattern, first = _alike()
    same = pattern.sub(lambda match: first[match[0]], text[:MOST_CHARACTERS].lower())
    return [word for word in _tokenizer().cut_for_search(same) if _WORD.fullmatch(word) and word not in _stop()]
