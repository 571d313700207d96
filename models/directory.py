"""名册与清单: duty lists, rosters of experts, which level handles which matter, places of service (R02, R27, R51, R75).

An administrator loads them; without a list nothing is restricted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.case.wording import Citations, Name
from models.codes import Code, Level


class Directory(Code):
    """What can be loaded: for a department, or for a district."""

    DUTIES = "duties", "职责清单"
    SPECIALISTS = "specialists", "专员名册"
    LEVELS = "levels", "事项层级清单"
    PLACES = "places", "服务点名单"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Duty(_Strict):
    """One entry of a department's duty list (权责清单): what it covers, by the names or codes of matters, and why."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    title: Name
    matters: Annotated[list[Name], Field(max_length=500)] = Field(default_factory=list)
    basis: Citations = Field(default_factory=list)


class Duties(_Strict):
    """A department's duty list."""

    entries: Annotated[list[Duty], Field(max_length=2000)]


class Specialist(_Strict):
    """An expert (专员) and what they are good at."""

    username: Name
    skills: Annotated[list[Name], Field(min_length=1, max_length=20)]


class Specialists(_Strict):
    """A district's experts."""

    entries: Annotated[list[Specialist], Field(max_length=500)]


class MatterLevels(_Strict):
    """The levels that may handle a matter, by its name or code."""

    matter: Name
    levels: Annotated[list[Level], Field(min_length=1, max_length=3)]


class Levels(_Strict):
    """A district's matters that not every level may handle."""

    entries: Annotated[list[MatterLevels], Field(max_length=5000)]


class Place(_Strict):
    """A place where people are served (政务大厅、分中心、便民服务中心), and its window for what could not be done."""

    name: Name
    window: Name | None = None
    """The window's code; left out where there is none yet."""


class Places(_Strict):
    """A district's places of service: who has no window there is seen in the monthly analysis (R75)."""

    entries: Annotated[list[Place], Field(max_length=2000)]


SHAPES: dict[Directory, type[Duties | Specialists | Levels | Places]] = {
    Directory.DUTIES: Duties,
    Directory.SPECIALISTS: Specialists,
    Directory.LEVELS: Levels,
    Directory.PLACES: Places,
}


@dataclass(frozen=True)
class Directories:
    """All loaded lists, by unit or district."""

    duties: Mapping[str, Duties] = field(default_factory=dict)
    specialists: Mapping[str, Specialists] = field(default_factory=dict)
    levels: Mapping[str, Levels] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: list[tuple[str, str, dict[str, Any]]]) -> "Directories":
        """From rows of kind, key and content."""
        loaded: dict[Directory, dict[str, Any]] = {kind: {} for kind in Directory}
        for kind, key, content in rows:
            loaded[Directory(kind)][key] = SHAPES[Directory(kind)].model_validate(content)
        return cls(loaded[Directory.DUTIES], loaded[Directory.SPECIALISTS], loaded[Directory.LEVELS])

    def duty_codes(self, unit: str) -> list[str] | None:
        """The codes of a department's duty list; None without a list."""
        listed = self.duties.get(unit)
        return [duty.code for duty in listed.entries] if listed else None

    def competent(self, unit: str, matter: Mapping[str, Any]) -> bool | None:
        """Whether a department's duty list covers the matter; None without a list."""
        listed = self.duties.get(unit)
        return any(_is(matter, name) for duty in listed.entries for name in duty.matters) if listed else None

    def skills(self, district: str) -> dict[str, list[str]]:
        """A district's experts with their skills."""
        listed = self.specialists.get(district)
        return {expert.username: expert.skills for expert in listed.entries} if listed else {}

    def handled_at(self, district: str, matter: Mapping[str, Any]) -> list[Level]:
        """The levels that may handle the matter; empty where the list has none."""
        listed = self.levels.get(district)
        levels = [entry.levels for entry in listed.entries if _is(matter, entry.matter)] if listed else []
        return levels[0] if levels else []


def _is(matter: Mapping[str, Any], name: str) -> bool:
    return name in (matter.get("name"), matter.get("code"))
