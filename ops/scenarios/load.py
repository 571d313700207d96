"""Reading scenario files: a file that is not what it should be is refused by name, never half run."""

import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from models.actions import ACTIONS, COMMANDS


class ScenarioError(Exception):
    """A scenario failed, or a file cannot be run (场景不通过); the message names file, step and difference."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Registration(_Part):
    """`register`: who registers what, and what the case must then be."""

    as_: str = Field(alias="as")
    with_: dict[str, Any] = Field(alias="with")
    expect: dict[str, Any] | None = None
    refuse: int | None = None


Wait = Annotated[str, StringConstraints(pattern=r"^(\d+(wd|d|h)|due|past_due)$")]


class Step(_Part):
    """One step: a registration, a command, a wait, an expectation or a timeline, of one case."""

    do: str | None = None
    as_: str | None = Field(default=None, alias="as")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    refuse: int | None = None
    wait: Wait | None = None
    expect: dict[str, Any] | None = None
    view_as: str | None = None
    timeline: list[str] | None = None
    register_: Registration | None = Field(default=None, alias="register")
    case: str | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Step":
        acts = [act for act in (self.do, self.wait, self.register_) if act is not None]
        if len(acts) > 1 or not (acts or self.timeline is not None or self.expect is not None):
            raise ValueError("一步最多一个 do、wait 或 register，可带 expect 和 timeline")
        if self.do is not None and (self.do not in COMMANDS or self.as_ is None):
            raise ValueError(f"没有命令 {self.do}，或没有写 as")
        if unknown := [action for action in self.timeline or [] if action not in ACTIONS]:
            raise ValueError(f"没有台账动作 {unknown[0]}")
        return self


Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2}|\+\d+)$")]


class Overlay(_Part):
    """`calendar`: dates laid over the calendar while the file runs."""

    workdays: list[Day] = Field(default_factory=list)
    holidays: list[Day] = Field(default_factory=list)


class Scenario(_Part):
    """One file."""

    title: str
    source: str = ""
    profile: str
    calendar: Overlay | None = None
    register_: Registration = Field(alias="register")
    steps: list[Step]
    path: Path = Path()
    lines: list[int] = Field(default_factory=list)
    """The line on which each step begins."""


class _Text(yaml.SafeLoader):
    """YAML whose dates stay text, as JSON has them."""


_Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Scenario:
    """The scenario of a file. Raises ScenarioError, naming the file and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        said, lines = _quoted(yaml.load(text, _Text)), _step_lines(text)
        return Scenario.model_validate({**said, "path": path, "lines": lines})
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path.name}：不是 YAML：{error}") from None
    except (TypeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}：内容不是场景：{error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ScenarioError(f"{path.name}：{where}：{first['msg']}") from None


def _quoted(said: Any) -> Any:
    """`+3` is a number to YAML, and a day to us."""
    if isinstance(said, dict) and isinstance(said.get("calendar"), dict):
        for name, days in said["calendar"].items():
            said["calendar"][name] = [f"+{day}" if isinstance(day, int) else day for day in days or []]
    return said


def _step_lines(text: str) -> list[int]:
    root = yaml.compose(text, yaml.SafeLoader)
    for key, value in getattr(root, "value", []):
        if key.value == "steps":
            return [item.start_mark.line + 1 for item in value.value]
    return []


def load_all(folder: Path) -> list[Scenario]:
    """Every scenario of a folder, by name. Raises ScenarioError for an empty folder or a bad file."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ScenarioError(f"{folder} 里没有 .yaml 场景文件")
    return [load(path) for path in paths]


NUMBERED_WAIT = re.compile(r"(\d+)(wd|d|h)")
