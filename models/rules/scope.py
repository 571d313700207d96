"""The scope list (窗口事项范围): matters a window takes or refuses, versioned; a decline cites its entry (R19, R20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.codes import DeclineGround
from models.rules.errors import RulesError


@dataclass(frozen=True, slots=True)
class ScopeEntry:
    """One entry: its subject, whether it is taken, and for a refusal the ground, redirection and basis."""

    version: int
    code: str
    title: str
    takes: bool
    text: str
    ground: str = ""
    redirect: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A published list."""

    entries: tuple[ScopeEntry, ...]

    def refusal_entry(self, ground: str) -> ScopeEntry:
        """The entry that a decline on this ground cites. Raises RulesError where the list has none."""
        cited = next((entry for entry in self.entries if entry.ground == ground), None)
        if cited is None:
            raise RulesError(f"本案适用的事项范围没有 {ground} 的条目，请换一个理由，或补上后重试")
        return cited


def scope_of(content: Mapping[str, Any]) -> Scope:
    """The list of a part's content. Raises RulesError."""
    try:
        return Scope(tuple(ScopeEntry(content["version"], code, **entry) for code, entry in content["entries"].items()))
    except (KeyError, TypeError, AttributeError) as error:
        raise RulesError(f"事项范围（scope）缺少一项，或有不认识的项：{error}") from None


def check_whole(scope: Scope) -> None:
    """Raise RulesError unless every ground for declining has an entry; checked before a list comes into force."""
    for ground in DeclineGround:
        scope.refusal_entry(ground.value)
