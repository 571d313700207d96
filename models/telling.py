"""台账内容的写法: what an entry says, in the words of those who read it: timeline, auditor, package. Pure.

Field names are `models.labels`, values the codes' own words, units by their names. What belongs to the machine alone is
left out; the interface (API) gives everything as it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from models import codes
from models.case import CASE
from models.codes.base import Code
from models.inquiry import INQUIRY
from models.labels import LABELS, WORDS
from models.meeting import MEETING
from models.oversight import OVERSIGHT
from models.report import REPORT
from models.rules import places, policy
from models.solution import SOLUTION

REGISTRIES = (CASE, INQUIRY, MEETING, OVERSIGHT, REPORT, SOLUTION)
MACHINES_OWN = frozenset(
    {"calendar", "opening", "origin", "rules", "profile", "profile_version", "figures", "cases_digest", "identity"}
)
"""Rules and calendars in force, tables of figures, digests: they have pages of their own, or say nothing to people."""

_OF_ENTRIES = {"id": "编号", "no": "文号", "content": "内容", "before": "原时限", "kind": "种类", "title": "名称"}
"""What fields are called in an entry, where a form means something narrower by them."""

_IN_NO_FORM: dict[str, type[Code]] = {"root_cause": codes.Cause, "kind": codes.UnitKind, "outcome": codes.Stage}
"""Codes that entries have in fields for which no form names them."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_WORD = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words: its text, or lines of its own."""

    label: str
    text: str = ""
    lines: list[Line] = field(default_factory=list)


def lines_of(detail: Mapping[str, Any], units: Mapping[str, str]) -> list[Line]:
    """What an entry says, a line a field; `units` are the units' names by their codes."""
    return [_line(name, said, units) for name, said in detail.items() if name not in MACHINES_OWN and not _empty(said)]


def _line(name: str, said: Any, units: Mapping[str, str]) -> Line:
    label = _OF_ENTRIES.get(name) or LABELS.get(name) or units.get(name, name)
    if isinstance(said, Mapping):
        return Line(label, lines=lines_of(said, units))
    if isinstance(said, list) and any(isinstance(each, Mapping) for each in said):
        if len(said) == 1:
            return _line(name, said[0], units)
        return Line(label, lines=[_numbered(place, each, units) for place, each in enumerate(said, 1)])
    if isinstance(said, list):
        return Line(label, "；".join(_text(name, each, units) for each in said))
    return Line(label, _text(name, said, units))


def _numbered(place: int, said: Any, units: Mapping[str, str]) -> Line:
    return Line(str(place), lines=lines_of(said, units)) if isinstance(said, Mapping) else Line(str(place), str(said))


def _empty(said: Any) -> bool:
    return said is None or said in ("", [], {})


def _text(name: str, said: Any, units: Mapping[str, str]) -> str:
    if isinstance(said, bool):
        return "是" if said else "否"
    text = str(said)
    if _INSTANT.match(text):
        return text[:16].replace("T", " ")
    if name == "district":
        return policy(text).name if text in places() else text
    if name == "limit":
        return _limit(text)
    if text in units:
        return units[text]
    return word(text, name) if _WORD.fullmatch(text) else text


def _limit(key: str) -> str:
    kind = key.partition(":")[0]
    return next((each.limit_rules[kind].title for each in REGISTRIES if kind in each.limit_rules), key)


def word(value: str, name: str = "") -> str:
    """A code's word: that of the field of this name; else of the only code that has it; else the value."""
    found = _labels(_codes_of_fields().get(name, ()), value) or _labels(_all_codes(), value)
    return found.pop() if len(found) == 1 else WORDS.get(value, value)


def _labels(among: Iterable[type[Code]], value: str) -> set[str]:
    return {each.label for code in among for each in code if each.value == value}


@cache
def _all_codes() -> tuple[type[Code], ...]:
    found = (getattr(codes, name) for name in dir(codes))
    return tuple(each for each in found if isinstance(each, type) and issubclass(each, Code) and each is not Code)


@cache
def _codes_of_fields() -> dict[str, set[type[Code]]]:
    """Which codes stand in a field of that name, from the forms of all commands."""
    found: dict[str, set[type[Code]]] = defaultdict(set)
    for name, code in _IN_NO_FORM.items():
        found[name].add(code)
    named = {code.__name__: code for code in _all_codes()}
    for registry in REGISTRIES:
        for act in registry.acts.values():
            for name, title in _coded(act.model_json_schema()):
                if title in named:
                    found[name].add(named[title])
    return found


def _coded(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields of a schema whose values are enumerated, with the enumeration's name."""
    defs = schema.get("$defs", {})
    for said in (schema, *defs.values()):
        for name, each in said.get("properties", {}).items():
            for part in (each, each.get("items", {}), *each.get("anyOf", ())):
                title = part.get("$ref", "").rpartition("/")[2]
                if "enum" in defs.get(title, {}):
                    yield name, title
