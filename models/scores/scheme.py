"""The scheme of points (记分办法): `scheme.toml` beside this file, read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("scheme.toml")


@dataclass(frozen=True, slots=True)
class Rule:
    """What earns points: whom (`department`, `window`, `person`), how many, why."""

    name: str
    subject: str
    value: int
    title: str
    source: str


@dataclass(frozen=True)
class Scheme:
    """All points of one version, the days in which they can be contested, and the tiers."""

    version: int
    explain_days: int
    appeal_days: int
    fewest_tasks: int
    weight: int
    tiers: tuple[tuple[str, str, int], ...]
    """Code, Chinese name, the lowest figure of each tier, the best first."""
    rules: dict[str, Rule]


def _scheme(said: dict[str, Any]) -> Scheme:
    rules = {name: Rule(name, **rule) for name, rule in said["points"].items()}
    tiers = tuple((code, name, least) for code, (name, least) in said["tiers"].items())
    return Scheme(said["version"], **said["settings"], tiers=tiers, rules=rules)


SCHEME = _scheme(tomllib.loads(FILE.read_text(encoding="utf-8")))
