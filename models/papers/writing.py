"""Writing a paper (文书制作): the words of the case's own rules, filled with what the case says."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.papers import to_applicants, to_offices, to_the_file
from models.papers.blocks import Block, Items, Paper, Table
from models.papers.said import Fields, Said, day, heading, minute, para
from models.rules import with_words_for
from models.rules.words import BlockWords, Row, filled

ALWAYS: Fields = {
    "matter": lambda said: said.matter,
    "case_no": lambda said: said.case.state.case_no,
    "who": lambda said: said.who,
    "first_receiver": lambda said: said.case.state.first_receiver,
    "by": lambda said: said.entry.actor,
    "day": lambda said: day(said.entry.at),
    "minute": lambda said: minute(said.entry.at),
}
FIELDS: dict[str, Fields] = {
    kind: {**ALWAYS, **fields}
    for kind, fields in {**to_applicants.FIELDS, **to_offices.FIELDS, **to_the_file.FIELDS}.items()
}
"""What each kind of paper may quote."""


class _Quoted(Mapping[str, str]):
    """What the case says, worked out where a text asks for it; nothing is an empty text."""

    def __init__(self, said: Said, known: Mapping[str, str]) -> None:
        """`known`: texts that are there already, such as phrases, or an item of a list; they come first."""
        self._said, self._fields, self._known = said, FIELDS[said.paper.kind], known

    def __getitem__(self, name: str) -> str:
        return self._known[name] if name in self._known else _text(self._fields[name](self._said))

    def __iter__(self) -> Iterator[str]:
        yield from {**self._fields, **self._known}

    def __len__(self) -> int:
        return len({**self._fields, **self._known})

    def within(self, item: Mapping[str, str]) -> "_Quoted":
        """The same with what an item of a list says."""
        return _Quoted(self._said, {**self._known, **item})

    def items_of(self, name: str) -> list[Mapping[str, str]]:
        """The items of a list, each numbered (`n`)."""
        found: Any = self._fields[name](self._said)
        return [{"n": str(n), **{key: _text(value) for key, value in item.items()}} for n, item in enumerate(found, 1)]

    def holds(self, shown: Row | BlockWords) -> bool:
        """Whether a row or a block is shown in this case."""
        return (not shown.when or self._has(shown.when)) and not (shown.unless and self._has(shown.unless))

    def _has(self, name: str) -> bool:
        return self._fields[name](self._said) not in (None, "", [])


def written(said: Said) -> Paper:
    """The paper in the words of the case's own rules. Raises RulesError where nobody ever gave that kind words."""
    rules = with_words_for(said.paper.kind, said.case.rules)
    words = rules.words.papers[said.paper.kind]
    quoted = _Quoted(said, rules.words.phrases)
    return Paper(
        kind=said.paper.kind,
        no=said.paper.no,
        version=rules.words_number,
        case_no=said.case.state.case_no,
        to=filled(words.to, quoted),
        blocks=[block for each in words.blocks if quoted.holds(each) for block in _blocks(each, quoted)],
        issuer=said.unit(said.entry.unit or said.case.state.unit),
        date=day(said.entry.at),
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
