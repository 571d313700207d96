"""Writing a paper (文书制作): the wording of the case's own rules, filled from the case."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.papers import to_applicants, to_offices, to_the_file
from models.papers.blocks import Block, Items, Paper, Table
from models.papers.source import Fields, Source, day, heading, minute, para
from models.rules import with_words_for
from models.rules.words import BlockWords, Row, filled

ALWAYS: Fields = {
    "matter": lambda source: source.matter,
    "case_no": lambda source: source.case.state.case_no,
    "who": lambda source: source.who,
    "first_receiver": lambda source: source.case.state.first_receiver,
    "by": lambda source: source.entry.actor,
    "day": lambda source: day(source.entry.at),
    "minute": lambda source: minute(source.entry.at),
}
FIELDS: dict[str, Fields] = {
    kind: {**ALWAYS, **fields}
    for kind, fields in {**to_applicants.FIELDS, **to_offices.FIELDS, **to_the_file.FIELDS}.items()
}
"""The names that each kind of paper may use."""


class _Quoted(Mapping[str, str]):
    """Values from the case by name, computed on demand; a missing one is an empty text."""

    def __init__(self, source: Source, known: Mapping[str, str]) -> None:
        """`known`: given texts, such as phrases or an item of a list; they take precedence."""
        self._source, self._fields, self._known = source, FIELDS[source.paper.kind], known

    def __getitem__(self, name: str) -> str:
        return self._known[name] if name in self._known else _text(self._fields[name](self._source))

    def __iter__(self) -> Iterator[str]:
        yield from {**self._fields, **self._known}

    def __len__(self) -> int:
        return len({**self._fields, **self._known})

    def within(self, item: Mapping[str, str]) -> "_Quoted":
        """The same, with the texts of a list item."""
        return _Quoted(self._source, {**self._known, **item})

    def items_of(self, name: str) -> list[Mapping[str, str]]:
        """The items of a list, numbered (`n`)."""
        items: Any = self._fields[name](self._source)
        return [{"n": str(n), **{key: _text(value) for key, value in item.items()}} for n, item in enumerate(items, 1)]

    def holds(self, shown: Row | BlockWords) -> bool:
        """Whether a row or a block is shown in this case."""
        return (not shown.when or self._has(shown.when)) and not (shown.unless and self._has(shown.unless))

    def _has(self, name: str) -> bool:
        return self._fields[name](self._source) not in (None, "", [])


def written(source: Source) -> Paper:
    """The paper in the wording of the case's own rules. Raises RulesError where its kind has no wording."""
    rules = with_words_for(source.paper.kind, source.case.rules)
    words = rules.words.papers[source.paper.kind]
    quoted = _Quoted(source, rules.words.phrases)
    return Paper(
        kind=source.paper.kind,
        no=source.paper.no,
        version=rules.words_number,
        case_no=source.case.state.case_no,
        to=filled(words.to, quoted),
        blocks=[block for each in words.blocks if quoted.holds(each) for block in _blocks(each, quoted)],
        issuer=source.unit(source.entry.unit or source.case.state.unit),
        date=day(source.entry.at),
        signs=list(words.signs),
    )


def _blocks(words: BlockWords, quoted: _Quoted) -> Iterator[Block]:
    if words.para:
        yield para(filled(words.para, quoted))
    elif words.heading:
        yield heading(filled(words.heading, quoted))
    elif words.items:
        if items := [item["text"] for item in quoted.items_of(words.items)]:
            yield Items(items=items)
    else:
        rows = [cells for row in words.all_rows if quoted.holds(row) for cells in _cells(row, quoted)]
        yield Table(head=[filled(each, quoted) for each in words.head], rows=rows)


def _cells(row: Row, quoted: _Quoted) -> Iterator[list[str]]:
    for item in quoted.items_of(row.each) if row.each else [{}]:
        yield [filled(cell, quoted.within(item)) for cell in row.row]


def _text(value: object) -> str:
    return "" if value is None else str(value)
