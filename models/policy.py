"""Policy profiles (政策档): a place's limits, as data, each figure with its source.

`policies/base.toml` holds the base; `policies/<code>.toml` what a place does otherwise, its version and the base's that
it builds on. A case keeps the version it was registered under, so a published version never changes:
`policies/digests.toml` pins the digest of each, and older ones live on as `policies/former/<code>@<version>.toml`.

`python -m models.policy` prints the digests of the newest versions.
"""

import hashlib
import tomllib
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from models.ledger import canonical

FOLDER = Path(__file__).with_name("policies")


COMPLAINTS_A_DAY = 3


class PolicyError(ValueError):
    """A profile that cannot be used (政策档有误): says which file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a profile: its value, its unit (wd working days, d natural days, or none) and its source."""

    value: Any
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule of the 三查 (疑点规则): which check and code (A1 to C2) it speaks for, and whether it blocks archiving."""

    check: str
    code: str
    kind: str
    """`finding` waits for a supervisor, `sign` is counted and shown (contract.md, Checkpoints)."""
    title: str
    source: str


@dataclass(frozen=True)
class Policy:
    """A profile of one version, resolved against the base."""

    code: str
    name: str
    version: int
    division: str
    limits: dict[str, Figure]
    settings: dict[str, Figure]
    doubts: dict[str, Doubt] = field(default_factory=dict)

    def days(self, limit: str) -> int:
        """How long a limit is, in working days unless it is natural."""
        return int(self.limits[limit].value)

    def is_natural(self, limit: str) -> bool:
        """Whether the limit counts natural days (自然日)."""
        return self.limits[limit].unit == "d"

    def setting(self, name: str) -> Any:
        """A figure that is no limit."""
        return self.settings[name].value

    @property
    def close_of_business(self) -> time:
        """When offices close."""
        return time.fromisoformat(self.setting("close_of_business"))

    @property
    def stamps(self) -> bool:
        """Whether an accepted case is stamped 办NO.成事 (萧山)."""
        return bool(self.setting("stamps"))

    @property
    def asks(self) -> bool:
        """Whether the three asks (三问) are required when a case is resolved (富阳)."""
        return bool(self.setting("asks"))

    @property
    def poor_scores(self) -> frozenset[int]:
        """Scores that open a rectification (差评)."""
        return frozenset(self.setting("poor_scores"))

    @property
    def duplicate_days(self) -> int:
        """The window within which a like case counts as a likely duplicate."""
        return int(self.setting("duplicate_days"))

    @property
    def opening_of_business(self) -> time | None:
        """When offices open; None in a version that does not say so."""
        return (
            time.fromisoformat(self.setting("opening_of_business")) if "opening_of_business" in self.settings else None
        )

    @property
    def samples_look_backs(self) -> bool:
        """Whether only a share of the archived cases is looked back on (抽查)."""
        return "look_back_share" in self.settings and float(self.setting("look_back_share")) < 1

    @property
    def idle_hours(self) -> int:
        """After how many hours without an act the head is told (久无进展); 0 in a version without this rule."""
        return int(self.setting("idle_hours")) if "idle_hours" in self.settings else 0

    @property
    def complaints_a_day(self) -> int:
        """How many complaints a day one case takes (投诉次数); a version without this rule takes as many as most do."""
        return int(self.setting("complaints_a_day")) if "complaints_a_day" in self.settings else COMPLAINTS_A_DAY

    @property
    def repair_cases(self) -> int:
        """So many like cases are no chance any more: they open a repair (类案治理)."""
        return int(self.setting("repair_cases"))

    @property
    def repair_within(self) -> int:
        """Natural days, back from the newest of them."""
        return int(self.setting("repair_within"))

    def digest(self) -> str:
        """SHA-256 of everything that decides: what a published version must keep."""
        figures = {
            kind: {key: [figure.value, figure.unit] for key, figure in table.items()}
            for kind, table in (("limits", self.limits), ("settings", self.settings))
        }
        if self.doubts:
            figures["doubts"] = {name: [rule.check, rule.code, rule.kind] for name, rule in self.doubts.items()}
        return hashlib.sha256(canonical([self.code, self.version, self.division, figures])).hexdigest()


def profiles() -> list[str]:
    """The codes of all profiles."""
    return sorted(stem for stem in _FILES.keys() - _NO_PROFILES if "@" not in stem)


@cache
def policy(code: str, version: int | None = None) -> Policy:
    """A profile, by default of its newest version. Raises PolicyError for an unknown code or version."""
    own = _of_version(code, version)
    return _resolve(code, own, _of_version("base", own.get("base")))


def drafted(code: str, text: str) -> Policy:
    """A profile of that place that is not published (草案), to try what it would change. Raises PolicyError."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"政策档草案不是有效的 TOML：{error}") from None
    return _resolve(code, own, _of_version("base", own.get("base")))


def _of_version(stem: str, version: int | None) -> dict[str, Any]:
    newest = _read(stem)
    return newest if version in (None, newest.get("version")) else _read(f"{stem}@{version}")


# Read when the module is loaded: a workflow, which may open no file, only looks them up.
_FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.rglob("*.toml")}
_NO_PROFILES = frozenset(stem for stem in _FILES if stem.partition("@")[0] in ("base", "digests", "scope"))
_HEADER = frozenset({"name", "version", "base", "division"})
_KEYS = {
    "limits": frozenset({"days", "unit", "source"}),
    "settings": frozenset({"value", "source"}),
    "doubts": frozenset({"check", "code", "kind", "title", "source"}),
}
_CHECKS = {"shirking": ("A1", "A2"), "unclear_duty": ("B1", "B2"), "bad_policy": ("C1", "C2")}
_KINDS = ("finding", "sign")


def _read(stem: str) -> dict[str, Any]:
    if stem not in _FILES:
        raise PolicyError(f"没有政策档 {stem}，请核对区划代码和版本")
    return _FILES[stem]


def _resolve(code: str, own: dict[str, Any], base: dict[str, Any]) -> Policy:
    _only_known(f"政策档 {code}", own, _HEADER | set(_KEYS))
    if missing := _HEADER - set(own):
        raise PolicyError(f"政策档 {code} 缺少 {min(missing)}，请补上")
    tables: dict[str, dict[str, Any]] = {}
    for kind in _KEYS:
        known = base.get(kind, {})
        _only_known(f"政策档 {code} 的 {kind}", own.get(kind, {}), set(known))
        said = {**known, **own.get(kind, {})}
        tables[kind] = {key: _item(f"政策档 {code} 的 {kind}.{key}", kind, value) for key, value in said.items()}
    return Policy(code, own["name"], own["version"], own["division"], **tables)


def _item(where: str, kind: str, said: Any) -> Figure | Doubt:
    if not isinstance(said, dict):
        raise PolicyError(f"{where} 缺少来源，请写成数值、来源（source）两行")
    _only_known(where, said, _KEYS[kind])
    return _doubt(where, said) if kind == "doubts" else _figure(where, kind, said)


def _doubt(where: str, said: dict[str, Any]) -> Doubt:
    if missing := _KEYS["doubts"] - {key for key, value in said.items() if value}:
        raise PolicyError(f"{where} 缺少 {min(missing)}，请补上")
    if said["code"] not in _CHECKS.get(said["check"], ()) or said["kind"] not in _KINDS:
        raise PolicyError(f"{where} 的三查、代码或种类不对：代码 A1 至 C2 须与三查一致，种类为 finding 或 sign")
    return Doubt(**said)


def _figure(where: str, kind: str, said: dict[str, Any]) -> Figure:
    value = said.get("days" if kind == "limits" else "value")
    if value is None or not said.get("source"):
        raise PolicyError(f"{where} 缺少数值或来源（source）")
    if kind == "settings":
        return Figure(value, "", said["source"])
    unit = said.get("unit", "wd")
    if type(value) is not int or value < 1 or unit not in ("wd", "d"):
        raise PolicyError(f"{where} 应为不小于 1 的整数天数，单位为 wd（工作日）或 d（自然日）")
    return Figure(value, unit, said["source"])


def _only_known(where: str, said: dict[str, Any], known: Set[str]) -> None:
    if unknown := set(said) - known:
        raise PolicyError(f"{where} 有不认识的项 {min(unknown)}，请核对拼写")


# A mistake in a file stops the programme at its start, not the first case of that place.
for _stem in _FILES.keys() - _NO_PROFILES:
    _code, _, _version = _stem.partition("@")
    policy(_code, int(_version) if _version else None)


if __name__ == "__main__":
    for each in profiles():
        print(f'"{each}@{policy(each).version}" = "{policy(each).digest()}"')
