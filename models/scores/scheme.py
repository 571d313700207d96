"""The scheme of points (记分办法), read once from `scheme.toml` beside this file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("scheme.toml")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its subject (`department`, `window`, `person`), points, title and source."""

    name: str
    subject: str
    value: int
    title: str
    source: str


@dataclass(frozen=True)
class Scheme:
    """One version's rules, the days to contest, and the tiers."""

    version: int
    explain_days: int
    appeal_days: int
    fewest_tasks: int
    weight: int
    tiers: tuple[tuple[str, str, int], ...]
    """Code, Chinese name and lowest figure of each tier, the best first."""
    rules: dict[str, Rule]


def _scheme(content: dict[str, Any]) -> Scheme:
    rules = {name: Rule(name, **rule) for name, rule in content["points"].items()}
    tiers = tuple((code, name, least) for code, (name, least) in content["tiers"].items())
    return Scheme(content["version"], **content["settings"], tiers=tiers, rules=rules)


SCHEME = _scheme(tomllib.loads(FILE.read_text(encoding="utf-8")))
