"""个人信息 (个保法 4, 51): personal fields of commands, and their sealed form.

The API seals them with a per-case key before anything is stored: histories, register and every copy hold only
`sealed:<key>:<ciphertext>`. Rules decide the same on sealed text. Destroying the key makes it unreadable everywhere,
and the case still replays and verifies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, WrapValidator

TOKEN = re.compile(r"sealed:([A-Za-z0-9_-]{8,40}):([A-Za-z0-9_-]{20,})")
DESTROYED = "〔个人信息已依法销毁〕"
"""Shown in place of text whose key is destroyed."""


def is_sealed(text: str) -> bool:
    """Whether the text contains sealed parts."""
    return TOKEN.search(text) is not None


def _sealed_or(value: Any, plain: Callable[[Any], Any]) -> Any:
    return value if isinstance(value, str) and is_sealed(value) else plain(value)


PERSONAL = WrapValidator(_sealed_or)
"""Marks a personal field of a command: `name: Annotated[Name, PERSONAL]`."""

Path = tuple[str, ...]


EACH = "*"
"""Path element for every member of a list."""


@cache
def personal_paths(model: type[BaseModel]) -> tuple[Path, ...]:
    """Paths of a body's personal fields."""
    return tuple(_paths(model))


def _paths(model: type[BaseModel]) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        if PERSONAL in field.metadata or any(PERSONAL in getattr(kind, "__metadata__", ()) for kind in kinds):
            yield (name,)
        listed = (EACH,) if get_origin(field.annotation) is list else ()
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from ((name, *listed, *rest) for rest in _paths(kind))


def replaced(body: dict[str, Any], paths: Iterable[Path], change: Callable[[Path, str], str]) -> dict[str, Any]:
    """A copy of the body with each personal text replaced."""
    result = dict(body)
    for path in paths:
        first, *rest = path
        if first in result:
            result[first] = _exchanged(result[first], rest, path, change)
    return result


def _exchanged(value: Any, rest: Sequence[str], path: Path, change: Callable[[Path, str], str]) -> Any:
    if not rest:
        return change(path, value) if isinstance(value, str) and value else value
    if rest[0] == EACH and isinstance(value, list):
        return [_exchanged(each, rest[1:], path, change) for each in value]
    if isinstance(value, dict) and rest[0] in value:
        return {**value, rest[0]: _exchanged(value[rest[0]], rest[1:], path, change)}
    return value


def keys_in(value: Any) -> set[str]:
    """The keys that seal parts of this value."""
    if isinstance(value, str):
        return {match[1] for match in TOKEN.finditer(value)}
    if isinstance(value, dict):
        return set().union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def opened(value: Any, words: Callable[[str, str], str]) -> Any:
    """A copy of the value with every sealed part replaced by `words(key, ciphertext)`."""
    if isinstance(value, str):
        return TOKEN.sub(lambda match: words(match[1], match[2]), value) if "sealed:" in value else value
    if isinstance(value, dict):
        return {name: opened(item, words) for name, item in value.items()}
    return [opened(item, words) for item in value] if isinstance(value, list) else value
