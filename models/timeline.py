"""Timeline text (台账内容的写法): an entry's detail in Chinese, for timeline, auditors and packages. Pure.

Field names come from `models.labels`, values from the codes' labels, units appear by name. Internal fields are left
out; the API returns everything unchanged.
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
INTERNAL_FIELDS = frozenset(
    {"calendar", "opening", "origin", "rules", "profile", "profile_version", "figures", "cases_digest", "identity"}
)
"""Not shown: rules, calendars, tables of figures, digests. They have pages of their own or mean nothing to people."""

_OF_ENTRIES = {"id": "编号", "no": "文号", "content": "内容", "before": "原时限", "kind": "种类", "title": "名称"}
"""Labels of an entry's fields, where a form's label is narrower."""

_IN_NO_FORM: dict[str, type[Code]] = {"root_cause": codes.Cause, "kind": codes.UnitKind, "outcome": codes.Stage}
"""Codes of entry fields that no form declares."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_WORD = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words: a text, or nested lines."""

    label: str
    text: str = ""
    lines: list[Line] = field(default_factory=list)


def detail_lines(detail: Mapping[str, Any], units: Mapping[str, str]) -> list[Line]:
    """An entry's detail, one line per field; `units` maps unit codes to names."""
    return [
        _line(name, value, units) for name, value in detail.items() if name not in INTERNAL_FIELDS and not _empty(value)
    ]


def _line(name: str, value: Any, units: Mapping[str, str]) -> Line:
    label = _OF_ENTRIES.get(name) or LABELS.get(name) or units.get(name, name)
    if isinstance(value, Mapping):
        return Line(label, lines=detail_lines(value, units))
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        if len(value) == 1:
            return _line(name, value[0], units)
        return Line(label, lines=[_numbered(place, each, units) for place, each in enumerate(value, 1)])
    if isinstance(value, list):
        return Line(label, "；".join(_text(name, each, units) for each in value))
    return Line(label, _text(name, value, units))


def _numbered(place: int, value: Any, units: Mapping[str, str]) -> Line:
    return (
        Line(str(place), lines=detail_lines(value, units))
        if isinstance(value, Mapping)
        else Line(str(place), str(value))
    )


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _text(name: str, value: Any, units: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if _INSTANT.match(text):
        return text[:16].replace("T", " ")
    if name == "district":
        return policy(text).name if text in places() else text
    if name == "limit":
        return _limit(text)
    if text in units:
        return units[text]
    return code_label(text, name) if _WORD.fullmatch(text) else text


def _limit(key: str) -> str:
    kind = key.partition(":")[0]
    return next((each.limit_rules[kind].title for each in REGISTRIES if kind in each.limit_rules), key)


def code_label(value: str, name: str = "") -> str:
    """A code's label: from the codes of this field, else from the only code with this value, else the value."""
    labels = _labels(_codes_of_fields().get(name, ()), value) or _labels(_all_codes(), value)
    return labels.pop() if len(labels) == 1 else WORDS.get(value, value)


def _labels(among: Iterable[type[Code]], value: str) -> set[str]:
    return {each.label for code in among for each in code if each.value == value}


@cache
def _all_codes() -> tuple[type[Code], ...]:
    members = (getattr(codes, name) for name in dir(codes))
    return tuple(each for each in members if isinstance(each, type) and issubclass(each, Code) and each is not Code)


@cache
def _codes_of_fields() -> dict[str, set[type[Code]]]:
    """Codes by field name, from the forms of all commands."""
    by_field: dict[str, set[type[Code]]] = defaultdict(set)
    for name, code in _IN_NO_FORM.items():
        by_field[name].add(code)
    named = {code.__name__: code for code in _all_codes()}
    for registry in REGISTRIES:
        for act in registry.acts.values():
            for name, title in _coded(act.model_json_schema()):
                if title in named:
                    by_field[name].add(named[title])
    return by_field


def _coded(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Enumerated fields of a schema, with the enumeration's name."""
    defs = schema.get("$defs", {})
    for model in (schema, *defs.values()):
        for name, each in model.get("properties", {}).items():
            for part in (each, each.get("items", {}), *each.get("anyOf", ())):
                title = part.get("$ref", "").rpartition("/")[2]
                if "enum" in defs.get(title, {}):
                    yield name, title
