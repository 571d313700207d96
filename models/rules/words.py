"""The words of papers (文书用语): what each kind says, as data with places for what the case says.

In a text `{name}` stands for what the case says. `[…{name}…|else]` is left out, or said otherwise, where the case says
nothing of it. A block or a row has `when` or `unless` a name; a row is repeated for `each` item of a list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.rules.errors import RulesError
from models.rules.offered import OFFERED

Said = Mapping[str, str]
"""What the case says, by the names in a text."""

_FIELD = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")


def filled(text: str, said: Said) -> str:
    """The text with what the case says. What people wrote is put in as it is, never read as a text again."""
    return "".join(_pieces(text, said))


def _pieces(text: str, said: Said) -> Iterator[str]:
    at = 0
    for optional in _OPTIONAL.finditer(text):
        yield _plain(text[at : optional.start()], said)
        here, otherwise = optional.groups(default="")
        yield _plain(here if all(said[name] for name in _FIELD.findall(here)) else otherwise, said)
        at = optional.end()
    yield _plain(text[at:], said)


def _plain(text: str, said: Said) -> str:
    return _FIELD.sub(lambda found: said[found.group(1)], text)


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Words):
    """A row of a table, or as many as a list has items."""

    row: tuple[str, ...]
    each: str = ""
    when: str = ""
    unless: str = ""


class BlockWords(_Words):
    """One block: a paragraph, a heading, a numbered list, or a table."""

    para: str = ""
    heading: str = ""
    items: str = ""
    """The name of a list."""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...] | Row, ...] = ()
    when: str = ""
    unless: str = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> "BlockWords":
        if sum(bool(each) for each in (self.para, self.heading, self.items, self.rows)) != 1:
            raise ValueError("para, heading, items or rows")
        return self

    @property
    def all_rows(self) -> Iterator[Row]:
        """Its rows, each as one with conditions."""
        for row in self.rows:
            yield row if isinstance(row, Row) else Row(row=row)


class PaperWords(_Words):
    """What one kind of paper says."""

    to: str = ""
    """主送: whom it goes to."""
    blocks: tuple[BlockWords, ...] = Field(min_length=1)
    signs: tuple[str, ...] = ()
    """Lines that are signed on the printed sheet."""


class Words(_Words):
    """The words of all papers."""

    phrases: dict[str, str] = Field(default_factory=dict)
    """What several papers say alike, by a name that any text may use."""
    papers: dict[str, PaperWords]


def words_of(said: Mapping[str, Any]) -> Words:
    """The words that a part says. Raises RulesError."""
    try:
        return Words.model_validate(said)
    except ValidationError as error:
        where = ".".join(str(place) for place in error.errors()[0]["loc"])
        raise RulesError(f"文书用语（papers）的 {where} 写法不对，请对照其他文书改正") from None


def check_whole(words: Words) -> None:
    """Raise RulesError unless every kind has its words and they name nothing that a case cannot say.

    Asked before words come into force: those of an old case are taken as they are.
    """
    if others := set(OFFERED) ^ set(words.papers):
        raise RulesError(f"文书用语（papers）缺少或不认识文书 {min(others)}，请核对")
    for kind, paper in words.papers.items():
        offered = OFFERED[kind]
        known = offered.texts | set(words.phrases)
        _check(kind, [paper.to, *paper.signs], known)
        for block in paper.blocks:
            _check(kind, [block.para, block.heading, *block.head], known)
            lists = {block.items} - {""}
            conditions = {block.when, block.unless} - {""}
            for row in block.all_rows:
                lists |= {row.each} - {""}
                conditions |= {row.when, row.unless} - {""}
                _check(kind, row.row, known | offered.lists.get(row.each, frozenset()))
            _known(kind, lists, set(offered.lists))
            _known(kind, conditions, offered.texts | set(offered.lists))


def _check(kind: str, texts: Sequence[str], known: set[str] | frozenset[str]) -> None:
    for text in texts:
        _known(kind, set(_FIELD.findall(text)), known)
        if re.search(r"[\[\]{}]", _FIELD.sub("", _OPTIONAL.sub(r"\1\2", text))):
            raise RulesError(f"文书用语（papers）中“{kind}”的括号不成对：{text}")


def _known(kind: str, names: set[str], known: set[str] | frozenset[str]) -> None:
    if unknown := names - known:
        told = "、".join(sorted(known))
        raise RulesError(f"文书用语（papers）中“{kind}”没有 {min(unknown)} 这一项，可用的有：{told}")
