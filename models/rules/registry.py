"""The rules that this process knows (规则库), by digest: parts, and the sets that name them.

A part is a content that never changes: the base's figures, a place's own, the scope list, the words of papers. A set
names the parts of one place. One new figure in the base is one new part and a small set for each place; nothing is
copied. A ledger carries the digest of its set; everything here is kept in the table `rules`
(activities/ledgers/rules.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from models.ledger import digest
from models.rules.errors import UnknownRulesError
from models.rules.policy import Policy, resolve
from models.rules.scope import Scope, scope_of
from models.rules.words import Words, words_of


class Kind(StrEnum):
    """What a content is (规则种类)."""

    BASE = "base"
    """基准政策档."""
    PLACE = "place"
    """一地自己的政策档."""
    SCOPE = "scope"
    """事项范围."""
    WORDS = "words"
    """文书用语."""
    SET = "set"
    """一地现行的整套规则: the digests of its four parts."""


PARTS = (Kind.PLACE, Kind.BASE, Kind.SCOPE, Kind.WORDS)


@dataclass(frozen=True, slots=True)
class Content:
    """A content under its digest."""

    digest: str
    kind: Kind
    content: Mapping[str, Any]
    number: int
    """The how-manieth of its kind and place that was published here: the version that people are shown."""

    @property
    def place(self) -> str:
        """Whose it is; empty for what is everybody's."""
        return str(self.content["code"]) if self.kind in (Kind.PLACE, Kind.SET) else ""


@dataclass(frozen=True)
class Rules:
    """The rules of one place, as a ledger carries them by their digest."""

    digest: str
    code: str
    number: int
    """The version that people are shown (政策档第几版)."""
    words_number: int
    """The version of the words that papers show (文书版式第几版)."""
    _parts: Mapping[Kind, Mapping[str, Any]]

    @property
    def said(self) -> dict[str, Any]:
        """As the command that begins something by them says it."""
        return {"rules": self.digest, "profile": self.code, "profile_version": self.number}

    @cached_property
    def policy(self) -> Policy:
        """Limits, settings, doubt rules."""
        return _policy(self._parts[Kind.PLACE], self._parts[Kind.BASE])

    @cached_property
    def scope(self) -> Scope:
        """What a window takes and what not."""
        return scope_of(self._parts[Kind.SCOPE])

    @cached_property
    def words(self) -> Words:
        """What papers say."""
        return words_of(self._parts[Kind.WORDS])


_contents: dict[str, Content] = {}
_rules: dict[str, Rules] = {}


def admit(kind: str, content: Mapping[str, Any], number: int = 1) -> str:
    """Take a content in; its digest. One that is known keeps its content and takes the number."""
    own = digest(content)
    before = _contents.get(own)
    if before is None:
        _contents[own] = Content(own, Kind(kind), content, number)
    elif before.number != number:
        _contents[own] = replace(before, number=number)
    if before is None or before.number != number:
        _rules.clear()
    return own


def rules(wanted: str) -> Rules:
    """The rules of that digest. Raises UnknownRulesError where the set or one of its parts is not here."""
    found = _rules.get(wanted)
    if found is None:
        whole = _content(wanted, Kind.SET)
        parts = {kind: _content(str(whole.content.get(kind)), kind) for kind in PARTS}
        said = {kind: part.content for kind, part in parts.items()}
        found = Rules(wanted, whole.place, whole.number, parts[Kind.WORDS].number, said)
        _rules[wanted] = found
    return found


def known(wanted: str) -> bool:
    """Whether `rules` would find it."""
    try:
        rules(wanted)
    except UnknownRulesError:
        return False
    return True


def published() -> dict[str, str]:
    """Each place's set that was published last, by the place."""
    sets = sorted((each for each in _contents.values() if each.kind is Kind.SET), key=lambda each: each.number)
    return {each.place: each.digest for each in sets}


def contents_of(wanted: str) -> list[Content]:
    """A set and its parts, for who keeps or hands them on. Raises UnknownRulesError."""
    whole = _content(wanted, Kind.SET)
    return [*(_content(str(whole.content.get(kind)), kind) for kind in PARTS), whole]


def named_in(said: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The digests that commands' bodies, entries' details or states carry."""
    for each in said:
        for holder in (each, each.get("opening"), each.get("origin")):
            named = holder.get("rules") if isinstance(holder, Mapping) else None
            if isinstance(named, str) and named:
                yield named


_newer: Policy | None = None


def fall_back_on(base: Policy | None) -> None:
    """Ask today's base for a figure that older rules do not have (新增的数字)."""
    global _newer
    _newer = base
    _rules.clear()


def _content(wanted: str, kind: Kind) -> Content:
    found = _contents.get(wanted)
    if found is None or found.kind is not kind:
        raise UnknownRulesError(wanted)
    return found


def _policy(own: Mapping[str, Any], base: Mapping[str, Any]) -> Policy:
    said = {name: value for name, value in own.items() if name != "code"}
    return resolve(str(own["code"]), said, base, _newer)
