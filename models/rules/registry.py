"""The rules known to this process (规则库), by digest: parts, and the sets that name them.

A part never changes: the base's figures, a place's own, the scope list, the wording of papers. A set names the parts of
one place. A new figure in the base makes one new part and a small set per place; nothing is copied. A ledger carries
the digest of its set; the table `rules` keeps everything (activities/ledgers/rules.py).
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
    """Kinds of contents (规则种类)."""

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
    """A content with its digest."""

    digest: str
    kind: Kind
    content: Mapping[str, Any]
    number: int
    """Its running number among those of its kind and place published here; people see it as the version."""

    @property
    def place(self) -> str:
        """Its place; empty for a shared content."""
        return str(self.content["code"]) if self.kind in (Kind.PLACE, Kind.SET) else ""


@dataclass(frozen=True)
class Rules:
    """The rules of one place; a ledger carries their digest."""

    digest: str
    code: str
    number: int
    """The version shown to people (政策档第几版)."""
    words_number: int
    """The wording's version shown on papers (文书版式第几版)."""
    _parts: Mapping[Kind, Mapping[str, Any]]

    @property
    def reference(self) -> dict[str, Any]:
        """The fields by which an opening command names these rules."""
        return {"rules": self.digest, "profile": self.code, "profile_version": self.number}

    @cached_property
    def policy(self) -> Policy:
        """Limits, settings, doubt rules."""
        return _policy(self._parts[Kind.PLACE], self._parts[Kind.BASE])

    @cached_property
    def scope(self) -> Scope:
        """The matters that a window takes or refuses."""
        return scope_of(self._parts[Kind.SCOPE])

    @cached_property
    def words(self) -> Words:
        """The wording of papers."""
        return words_of(self._parts[Kind.WORDS])


_contents: dict[str, Content] = {}
_rules: dict[str, Rules] = {}


def admit(kind: str, content: Mapping[str, Any], number: int = 1) -> str:
    """Admit a content and return its digest. A known one keeps its content and takes the number."""
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
    """The rules with that digest. Raises UnknownRulesError where the set or one of its parts is missing."""
    loaded = _rules.get(wanted)
    if loaded is None:
        whole = _content(wanted, Kind.SET)
        parts = {kind: _content(str(whole.content.get(kind)), kind) for kind in PARTS}
        contents = {kind: part.content for kind, part in parts.items()}
        loaded = Rules(wanted, whole.place, whole.number, parts[Kind.WORDS].number, contents)
        _rules[wanted] = loaded
    return loaded


def known(wanted: str) -> bool:
    """Whether the rules with that digest are complete here."""
    try:
        rules(wanted)
    except UnknownRulesError:
        return False
    return True


def published() -> dict[str, str]:
    """The newest published set of each place."""
    sets = sorted((each for each in _contents.values() if each.kind is Kind.SET), key=lambda each: each.number)
    return {each.place: each.digest for each in sets}


def contents_of(wanted: str) -> list[Content]:
    """A set and its parts, for storing or exporting. Raises UnknownRulesError."""
    whole = _content(wanted, Kind.SET)
    return [*(_content(str(whole.content.get(kind)), kind) for kind in PARTS), whole]


def named_in(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The digests of rules in commands' bodies, entries' details or states."""
    for each in documents:
        for holder in (each, each.get("opening"), each.get("origin")):
            named = holder.get("rules") if isinstance(holder, Mapping) else None
            if isinstance(named, str) and named:
                yield named


_newer: Policy | None = None


def fall_back_on(base: Policy | None) -> None:
    """Use this base for figures that older rules lack (新增的数字)."""
    global _newer
    _newer = base
    _rules.clear()


def _content(wanted: str, kind: Kind) -> Content:
    content = _contents.get(wanted)
    if content is None or content.kind is not kind:
        raise UnknownRulesError(wanted)
    return content


def _policy(own: Mapping[str, Any], base: Mapping[str, Any]) -> Policy:
    figures = {name: value for name, value in own.items() if name != "code"}
    return resolve(str(own["code"]), figures, base, _newer)
