"""A labelled set (labelled.toml) among other people's matters, to measure suggestions with (标注集)."""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SET: dict[str, Any] = tomllib.loads(Path(__file__).with_name("labelled.toml").read_text())
KINDS: list[dict[str, Any]] = _SET["kind"]


def others(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Matters and requests of other kinds, some of them near to those that are labelled."""
    chance = random.Random(seed)
    for _ in range(count):
        said = chance.sample(_SET["complaints"], chance.choice((1, 2)))
        yield chance.choice(_SET["matters"]), "；".join(said)
