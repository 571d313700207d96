"""The scope list (窗口事项范围): what a window takes and what not, versioned; a decline names its entry (R19, R20)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScopeEntry:
    """One entry: what it is about, whether it is taken, and for a refusal its ground, way out and basis."""

    version: int
    code: str
    title: str
    takes: bool
    text: str
    ground: str = ""
    redirect: str = ""
    basis: str = ""


def _load() -> tuple[ScopeEntry, ...]:
    said = tomllib.loads((Path(__file__).with_name("policies") / "scope.toml").read_text(encoding="utf-8"))
    return tuple(ScopeEntry(version=said["version"], code=code, **entry) for code, entry in said["entries"].items())


SCOPE_LIST = _load()
"""All entries of the version in force, read when the module is loaded: a workflow may open no file."""


def refusal_entry(ground: str) -> ScopeEntry:
    """The entry that a decline on this ground cites."""
    return next(entry for entry in SCOPE_LIST if entry.ground == ground)
