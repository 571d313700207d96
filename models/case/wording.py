"""Text types of bodies, and what an explanation may not be (三不: 不知道、不能办、不归我管; R28)."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

EMPTY_PHRASES = ("不知道", "不能办", "不归我管")
"""富阳 "三不三问": phrases that staff may not use alone (seed 001)."""

MUST_EXPLAIN = "不能只说“不知道、不能办、不归我管”，请写明理由、依据和去向"

_NOT_WORDS = re.compile(r"[\W_]+")
_ONLY_EMPTY = re.compile("(?:" + "|".join(EMPTY_PHRASES) + ")+")


def says_nothing(text: str) -> bool:
    """Whether the text, punctuation aside, consists of these phrases only, at any length."""
    return bool(_ONLY_EMPTY.fullmatch(_NOT_WORDS.sub("", text)))


_NO_CITATIONS = frozenset(
    {"", "无", "没有", "暂无", "不详", "不明", "没有依据", "无依据", "见相关规定", "相关规定", "有关规定"}
)


def cites_nothing(basis: Iterable[str]) -> bool:
    """Whether none of these names a law, policy or paper: an empty list, or only empty words."""
    return all(_NOT_WORDS.sub("", citation) in _NO_CITATIONS for citation in basis)


def _must_explain(text: str) -> str:
    if says_nothing(text):
        raise ValueError(MUST_EXPLAIN)
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
"""Free text: not empty, at most 4,000 characters."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A name, or the code of a unit."""

Citation = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Citations = Annotated[list[Citation], Field(max_length=50)]
"""Laws, policies, papers and the like."""

Explanation = Annotated[Text, AfterValidator(_must_explain)]
"""A text that must explain something to the applicant or another office."""
