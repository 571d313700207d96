"""The rules from files (现行规则): one TOML per place over a base, the scope list, the wording of papers.

Read once, when the module is loaded, as a workflow may open no file. A faulty or missing file breaks nothing: cases
carry their rules by digest, and new ones use the last published. Logs and `ops.setup` report the fault.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.rules import scope, words
from models.rules.errors import RulesError
from models.rules.policy import Policy, resolve
from models.rules.registry import Kind, Rules, admit, fall_back_on, published, rules

FOLDER = Path(os.environ.get("BANCHENG_RULES") or Path(__file__).parents[1] / "policies")
"""An installation may keep its files elsewhere, so that upgrades of the code leave them alone."""

SHARED = {"base": Kind.BASE, "scope": Kind.SCOPE, "papers": Kind.WORDS}
"""Files shared by all places, by their stems."""


@dataclass
class Release:
    """The rules from one folder."""

    sets: dict[str, str] = field(default_factory=dict)
    """Digests of sets, by place."""
    faults: list[str] = field(default_factory=list)
    """Faults of the files, one sentence each."""
    base: Policy | None = None

    def read(self, folder: Path) -> None:
        """Admit the files' contents. If a shared file is faulty, no place gets a set."""
        shared = {}
        for stem, kind in SHARED.items():
            try:
                content = _content(folder / f"{stem}.toml")
                self._take(kind, content)
                shared[kind] = content
            except RulesError as fault:
                self.faults.append(str(fault))
        for path in sorted(folder.glob("*.toml")):
            if path.stem in SHARED or len(shared) < len(SHARED):
                continue
            try:
                own = _content(path)
                resolve(path.stem, own, shared[Kind.BASE])
                self.sets[path.stem] = _set_of(path.stem, own, shared)
            except RulesError as fault:
                self.faults.append(str(fault))

    def _take(self, kind: Kind, content: Mapping[str, Any]) -> None:
        if kind is Kind.BASE:
            self.base = resolve("base", {"name": "基准", "division": ""}, content)
        elif kind is Kind.SCOPE:
            scope.check_whole(scope.scope_of(content))
        else:
            words.check_whole(words.words_of(content))


def _content(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        json.dumps(content, allow_nan=False)
    except FileNotFoundError:
        raise RulesError(f"缺少规则文件 {path.name}，请放回 {path.parent}") from None
    except (OSError, ValueError, TypeError) as error:
        raise RulesError(f"规则文件 {path.name} 读不了，请改正：{error}") from None
    return content


def _set_of(code: str, own: Mapping[str, Any], shared: Mapping[Kind, Mapping[str, Any]]) -> str:
    parts = {Kind.PLACE: admit(Kind.PLACE, {**own, "code": code})}
    parts |= {kind: admit(kind, content) for kind, content in shared.items()}
    return admit(Kind.SET, {"code": code, **{kind.value: part for kind, part in parts.items()}})


_release = Release()


def take_up(folder: Path) -> None:
    """Make the files of this folder the rules in force. Open cases keep theirs."""
    global _release
    _release = Release()
    _release.read(folder)
    fall_back_on(_release.base)


def made() -> list[str]:
    """The digests of the sets from the files."""
    return sorted(_release.sets.values())


def places() -> list[str]:
    """The codes of all places with rules."""
    return sorted({*published(), *_release.sets})


def faults() -> list[str]:
    """The files' faults, one sentence each."""
    return list(_release.faults)


def in_force(place: str) -> Rules:
    """The rules for new ledgers of a place. Raises RulesError where it never had any."""
    digest = _release.sets.get(place) or published().get(place)
    if digest is None:
        raise RulesError("；".join([f"没有政策档 {place}，请核对区划代码，或补上它的规则文件", *_release.faults]))
    return rules(digest)


def policy(place: str) -> Policy:
    """A place's policy in force."""
    return in_force(place).policy


def with_words_for(kind: str, own: Rules) -> Rules:
    """These rules if they have wording for that kind of paper, else today's.

    Raises RulesError where neither has.
    """
    if kind in own.words.papers:
        return own
    todays = in_force(own.code)
    if kind not in todays.words.papers:
        raise RulesError("；".join([f"没有文书“{kind}”的用语", *_release.faults]))
    return todays


def drafted(place: str, text: str) -> Policy:
    """An unpublished policy of a place (草案), to try its effects. Raises RulesError."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"政策档草案不是有效的 TOML：{error}") from None
    return resolve(place, own, _content(FOLDER / "base.toml"))


take_up(FOLDER)
