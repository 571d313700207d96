"""The wording of papers (文书用语): each kind's text as data, with placeholders for values from the case.

In a text `{name}` is replaced by a value. `[…{name}…|else]` is omitted, or replaced by its alternative, where a value
is empty. `when` and `unless` a name show or hide a block or row; a row is repeated for `each` item of a list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.rules.errors import RulesError
from models.rules.offered import OFFERED

Values = Mapping[str, str]
"""Values from the case, by the names in a text."""

_FIELD = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")


def filled(text: str, values: Values) -> str:
    """The text with its values. Values are inserted as they are, never parsed as templates."""
    return "".join(_pieces(text, values))


def _pieces(text: str, values: Values) -> Iterator[str]:
    at = 0
    for optional in _OPTIONAL.finditer(text):
        yield _plain(text[at : optional.start()], values)
        here, otherwise = optional.groups(default="")
        yield _plain(here if all(values[name] for name in _FIELD.findall(here)) else otherwise, values)
        at = optional.end()
    yield _plain(text[at:], values)


def _plain(text: str, values: Values) -> str:
    return _FIELD.sub(lambda match: values[match.group(1)], text)


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Words):
    """A row of a table, or one per item of a list."""

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
        """Its rows, each as a `Row`."""
        for row in self.rows:
            yield row if isinstance(row, Row) else Row(row=row)


class PaperWords(_Words):
    """The wording of one kind of paper."""

    to: str = ""
    """The addressee (主送)."""
    blocks: tuple[BlockWords, ...] = Field(min_length=1)
    signs: tuple[str, ...] = ()
    """Signature lines of the printed sheet."""


class Words(_Words):
    """The wording of all papers."""

    phrases: dict[str, str] = Field(default_factory=dict)
    """Shared phrases, by names that any text may use."""
    papers: dict[str, PaperWords]


def words_of(content: Mapping[str, Any]) -> Words:
    """The wording of a part's content. Raises RulesError."""
    try:
        return Words.model_validate(content)
    except ValidationError as error:
        where = ".".join(str(place) for place in error.errors()[0]["loc"])
        raise RulesError(f"文书用语（papers）的 {where} 写法不对，请对照其他文书改正") from None


def check_whole(words: Words) -> None:
    """Raise RulesError unless every kind has wording that uses only offered names.

    Checked before wording comes into force; an old case's is not checked again.
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
        allowed = "、".join(sorted(known))
        raise RulesError(f"文书用语（papers）中“{kind}”没有 {min(unknown)} 这一项，可用的有：{allowed}")
