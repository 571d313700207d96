"""The rules that the files make (现行规则): one TOML a place over a base, the scope list, the words of papers.

Read once, when the module is loaded: a workflow may open no file. A mistake in a file, or a lost one, breaks nothing: a
case carries its rules by digest, and what begins goes by those that were published last. Logs and `ops.setup` name it.
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
"""An installation may keep its own files elsewhere, so that an upgrade of the code leaves them alone."""

SHARED = {"base": Kind.BASE, "scope": Kind.SCOPE, "papers": Kind.WORDS}
"""The files that are no place's, by their stems."""


@dataclass
class Release:
    """What a folder makes."""

    sets: dict[str, str] = field(default_factory=dict)
    """The digest of each place's set."""
    faults: list[str] = field(default_factory=list)
    """What is wrong with the files, a sentence each."""
    base: Policy | None = None

    def read(self, folder: Path) -> None:
        """Admit what the files make. Of those that all places share each must be right, else no place has a set."""
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
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        json.dumps(said, allow_nan=False)
    except FileNotFoundError:
        raise RulesError(f"缺少规则文件 {path.name}，请放回 {path.parent}") from None
    except (OSError, ValueError, TypeError) as error:
        raise RulesError(f"规则文件 {path.name} 读不了，请改正：{error}") from None
    return said


def _set_of(code: str, own: Mapping[str, Any], shared: Mapping[Kind, Mapping[str, Any]]) -> str:
    parts = {Kind.PLACE: admit(Kind.PLACE, {**own, "code": code})}
    parts |= {kind: admit(kind, content) for kind, content in shared.items()}
    return admit(Kind.SET, {"code": code, **{kind.value: part for kind, part in parts.items()}})


_release = Release()


def take_up(folder: Path) -> None:
    """Let the files of this folder be the rules in force. Cases that are under way keep theirs."""
    global _release
    _release = Release()
    _release.read(folder)
    fall_back_on(_release.base)


def made() -> list[str]:
    """The digests of the sets that the files make."""
    return sorted(_release.sets.values())


def places() -> list[str]:
    """The codes of all places that have rules."""
    return sorted({*published(), *_release.sets})


def faults() -> list[str]:
    """What is wrong with the files, a sentence each; nothing where all is right."""
    return list(_release.faults)


def in_force(place: str) -> Rules:
    """The rules by which something begins there now. Raises RulesError where there never were any."""
    digest = _release.sets.get(place) or published().get(place)
    if digest is None:
        raise RulesError("；".join([f"没有政策档 {place}，请核对区划代码，或补上它的规则文件", *_release.faults]))
    return rules(digest)


def policy(place: str) -> Policy:
    """The policy in force of a place."""
    return in_force(place).policy


def with_words_for(kind: str, own: Rules) -> Rules:
    """These rules where they have words for that kind of paper; today's for a kind younger than they are.

    Raises RulesError where nobody has given it words.
    """
    if kind in own.words.papers:
        return own
    todays = in_force(own.code)
    if kind not in todays.words.papers:
        raise RulesError("；".join([f"没有文书“{kind}”的用语", *_release.faults]))
    return todays


def drafted(place: str, text: str) -> Policy:
    """A place's policy that is not published (草案), to try what it would change. Raises RulesError."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"政策档草案不是有效的 TOML：{error}") from None
    return resolve(place, own, _content(FOLDER / "base.toml"))


take_up(FOLDER)
