"""The organisation (机构与人员): the tree of windows, the departments, the staff (R01, AD1)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.codes import Level, Role, UnitKind


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (机构). `district` is its district's code, which also names its policy profile."""

    code: str
    name: str
    kind: UnitKind
    level: Level
    parent: str | None
    district: str
    division: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Unit":
        """A unit from its row in the table `units`."""
        return cls(**{**row, "kind": UnitKind(row["kind"]), "level": Level(row["level"])})


@dataclass(frozen=True, slots=True)
class Staff:
    """A person with an account (人员)."""

    username: str
    role: Role
    unit: str | None
    name: str


ROLES_OF_KIND: dict[UnitKind, dict[str, Role]] = {
    UnitKind.WINDOW: {"clerk": Role.CLERK, "head": Role.HEAD},
    UnitKind.DEPARTMENT: {"liaison": Role.LIAISON},
    UnitKind.LEAD: {"lead": Role.LEAD},
    UnitKind.DISCIPLINE: {"supervisor": Role.SUPERVISOR, "supervisor2": Role.SUPERVISOR},
}
"""Demo users of each kind of unit: the name after the dot, and its role."""


@dataclass(frozen=True)
class Organisation:
    """All units, by code."""

    units: Mapping[str, Unit]

    @cached_property
    def names(self) -> dict[str, str]:
        """Units' names by code."""
        return {code: unit.name for code, unit in self.units.items()}

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {code: [] for code in self.units}
        for code in self.units:
            for above in self.ancestors(code):
                below[above].append(code)
        return below

    def ancestors(self, code: str) -> list[str]:
        """The unit and those above, itself first."""
        chain: list[str] = []
        at: str | None = code
        while at is not None and at in self.units and at not in chain:
            chain.append(at)
            at = self.units[at].parent
        return chain

    def subtree(self, code: str) -> list[str]:
        """The unit and those below; empty for an unknown unit."""
        return self._below.get(code, [])

    def district_named(self, name: str) -> str | None:
        """The district with this code or six-digit division code, or None."""
        return next((unit.district for unit in self.units.values() if name in (unit.district, unit.division[:6])), None)

    def lead(self, district: str) -> Unit:
        """The lead bureau of a district (牵头单位)."""
        return self._only(district, UnitKind.LEAD)

    def discipline(self, district: str) -> Unit:
        """The discipline office of a district (纪检监察)."""
        return self._only(district, UnitKind.DISCIPLINE)

    def _only(self, district: str, kind: UnitKind) -> Unit:
        for unit in self.units.values():
            if unit.district == district and unit.kind is kind:
                return unit
        raise LookupError(f"{district} 没有{kind.label}，请管理员补充机构")


def demo_organisation() -> Organisation:
    """The demo organisation of contract.md."""
    units = {}
    with open(Path(__file__).with_name("organisation.toml"), "rb") as file:
        for district, content in tomllib.load(file).items():
            for code, (name, kind, level, parent) in content["units"].items():
                units[code] = Unit(
                    code, name, UnitKind(kind), Level(level), parent or None, district, content["division"]
                )
    return Organisation(units)


def demo_staff(organisation: Organisation) -> list[Staff]:
    """One user per role of each unit, named `<unit>.<role>`, plus an auditor and the 三员."""
    staff = [
        Staff(f"{unit.code}.{suffix}", role, unit.code, f"{unit.name}{role.label}")
        for unit in organisation.units.values()
        for suffix, role in ROLES_OF_KIND[unit.kind].items()
    ]
    return [
        *staff,
        Staff("auditor", Role.AUDITOR, None, "审计员"),
        Staff("admin", Role.ADMIN, None, "系统管理员"),
        Staff("security-admin", Role.SECURITY_ADMIN, None, "安全管理员"),
        Staff("audit-admin", Role.AUDIT_ADMIN, None, "审计管理员"),
    ]
