"""Reading scenario files: a faulty file is refused by name, never half run."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from yaml.constructor import ConstructorError

from models.actions import ACTIONS, COMMANDS


class ScenarioError(Exception):
    """A scenario failed, or a file cannot be run (场景不通过); the message names file, step and difference."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


Refused = Annotated[int, Field(strict=True, ge=400, le=599)]
"""The expected status of a refusal."""


class Registration(_Part):
    """`register`: a registration, by whom, and the expected case."""

    as_: str = Field(alias="as")
    with_: dict[str, Any] = Field(alias="with")
    expect: dict[str, Any] | None = None
    refuse: Refused | None = None


Wait = Annotated[str, StringConstraints(pattern=r"^([1-9]\d*(wd|d|h)|due|past_due)$")]


class Step(_Part):
    """One step: a registration, a command, a wait, an expectation or a timeline, of one case."""

    do: str | None = None
    as_: str | None = Field(default=None, alias="as")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    refuse: Refused | None = None
    wait: Wait | None = None
    expect: dict[str, Any] | None = None
    view_as: str | None = None
    timeline: Annotated[list[str], Field(min_length=1)] | None = None
    register_: Registration | None = Field(default=None, alias="register")
    case: str | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Step":
        acts = [act for act in (self.do, self.wait, self.register_) if act is not None]
        if len(acts) > 1 or not (acts or self.timeline is not None or self.expect is not None):
            raise ValueError("一步最多一个 do、wait 或 register，可带 expect 和 timeline")
        if self.do is not None and (self.do not in COMMANDS or self.as_ is None):
            raise ValueError(f"没有命令 {self.do}，或没有写 as")
        if self.do is None and (idle := self.model_fields_set & {"as_", "with_", "refuse"}):
            raise ValueError(f"{'、'.join(sorted(key.strip('_') for key in idle))} 只能与 do 同用，这样写不起作用")
        if self.view_as is not None and self.expect is None:
            raise ValueError("view_as 只说明 expect 由谁来读，须与 expect 同用")
        if self.register_ is not None and self.case is not None:
            raise ValueError("登记另一件案件时，名字写在 register 的 with.name 里，不写 case")
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
    path: Path
    lines: list[int] = Field(default_factory=list)
    """The line of the registration, then that of each step."""


class _Text(yaml.SafeLoader):
    """YAML whose dates stay text, as in JSON, and whose keys must not repeat."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise ConstructorError(None, None, f"键 {key.value} 写了两次", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Scenario:
    """The scenario of a file. Raises ScenarioError naming file, line and fault."""
    try:
        text = path.read_text(encoding="utf-8")
        root, content = yaml.compose(text, _Text), yaml.load(text, _Text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行：" if mark else ""
        raise ScenarioError(f"{path.name}：{where}不是 YAML：{getattr(error, 'problem', None) or error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}：读不出来：{error}") from None
    if not isinstance(content, dict):
        raise ScenarioError(f"{path.name}：内容不是场景：应为 title、profile、register、steps 等键")
    try:
        scenario = Scenario.model_validate({**_quoted(content), "path": path, "lines": []})
    except ValidationError as error:
        first = error.errors()[0]
        place, why = ".".join(str(part) for part in first["loc"]), _in_words(first["type"], first["msg"])
        raise ScenarioError(f"{path.name}：第 {_line(root, first['loc'])} 行，{place}：{why}") from None
    lines = [_line(root, ("register",)), *(_line(root, ("steps", n)) for n in range(len(scenario.steps)))]
    return scenario.model_copy(update={"lines": lines})


_WORDS = {
    "extra_forbidden": "没有这个键，请核对拼写",
    "missing": "缺少这个键",
    "string_pattern_mismatch": "写法不对",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "too_short": "不能是空的",
    "int_type": "应为整数",
    "greater_than_equal": "应在 400 到 599 之间",
    "less_than_equal": "应在 400 到 599 之间",
}


def _in_words(kind: str, message: str) -> str:
    return _WORDS.get(kind) or message.removeprefix("Value error, ")


def _line(root: Any, where: Sequence[int | str]) -> int:
    """The line of a place in the file, or of the nearest one around it."""
    node, line = root, root.start_mark.line
    for part in where:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == part]
            key, node = pairs[0] if pairs else (None, None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            key = node = node.value[part]
        else:
            break
        if key is None:
            break
        line = key.start_mark.line
    return int(line) + 1


def _quoted(content: dict[Any, Any]) -> dict[Any, Any]:
    """The content with `+3` as text: a number to YAML is a day here."""
    calendar = content.get("calendar")
    if not isinstance(calendar, dict):
        return content
    days = {
        name: [f"+{day}" if type(day) is int else day for day in dates] if isinstance(dates, list) else dates
        for name, dates in calendar.items()
    }
    return {**content, "calendar": days}


def load_all(folder: Path) -> list[Scenario]:
    """Every scenario of a folder, by name. Raises ScenarioError for an empty folder, or naming every bad file."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ScenarioError(f"{folder} 里没有 .yaml 场景文件")
    scenarios, wrong = [], []
    for path in paths:
        try:
            scenarios.append(load(path))
        except ScenarioError as error:
            wrong.append(str(error))
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return scenarios
