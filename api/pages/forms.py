"""Forms from commands (表单): a command's schema as fields that a person fills in, and the typed values as its body.

Every command has its form without one being written; labels are `models.labels`, choices the codes' own words. Empty
fields are left out: the rules answer what is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import codes
from models.codes.base import Code
from models.labels import WORDS, label

LONG_TEXT = 400
"""Characters from which on a field is an area."""

ROWS, MOST_ROWS = 3, 200
"""How many rows of a list a form offers; a form shown again keeps its rows and one more."""

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""By the name of a field: values and words, where they come from the case or the organisation."""


@dataclass
class Field:
    """One field: `kind` is text, area, number, check, select, many (checkboxes), lines, group or rows."""

    form: str
    """The command: several forms stand on one page."""
    name: str
    kind: str
    label: str
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    value: Any = ""
    fields: list["Field"] = field(default_factory=list)
    error: str = ""
    longest: int | None = None

    @property
    def id(self) -> str:
        """The id that its label points to."""
        return f"{self.form}-{self.name}".replace(".", "-")


def fields_of(
    command: str,
    schema: Mapping[str, Any],
    choices: Choices,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    leave_out: Sequence[str] = (),
) -> list[Field]:
    """The fields of a command's form, with the values typed before and their errors."""
    maker = _Maker(command, schema.get("$defs", {}), choices, typed or {}, errors or {})
    return maker.fields(schema, "", leave_out)


@dataclass
class _Maker:
    command: str
    defs: Mapping[str, Any]
    choices: Choices
    typed: Mapping[str, Any]
    errors: Mapping[str, str]

    def fields(self, schema: Mapping[str, Any], prefix: str, leave_out: Sequence[str] = ()) -> list[Field]:
        required = schema.get("required", [])
        return [
            self._field(f"{prefix}{name}", shape, name in required)
            for name, shape in schema.get("properties", {}).items()
            if name not in leave_out
        ]

    def _field(self, path: str, shape: Mapping[str, Any], required: bool) -> Field:
        shape, name = resolved(shape, self.defs), path.rpartition(".")[2]
        made = Field(self.command, path, "text", label(self.command, path), required)
        made.value = self.typed.get(path, "")
        made.error = self.errors.get(path, "")
        made.longest = shape.get("maxLength")
        if shape.get("type") == "array":
            return self._list(made, shape, name)
        if "properties" in shape:
            made.kind, made.fields = "group", self.fields(shape, f"{path}.")
        elif name in self.choices and shape.get("type") == "string":
            made.kind, made.options = "select", self.choices[name]
        elif "enum" in shape or "const" in shape:
            made.kind, made.options = "select", words_of(shape)
        elif shape.get("type") == "boolean":
            made.kind = "check"
        elif shape.get("type") in ("integer", "number"):
            made.kind = "number"
        elif (made.longest or 0) >= LONG_TEXT:
            made.kind = "area"
        return made

    def _list(self, made: Field, shape: Mapping[str, Any], name: str) -> Field:
        item = resolved(shape.get("items", {}), self.defs)
        if "properties" in item:
            made.kind = "rows"
            filled = places_in(self.typed, made.name)
            for place in range(max(ROWS, len(filled) + 1)):
                row = f"{made.name}.{place}."
                made.fields.append(
                    Field(self.command, row[:-1], "group", f"{made.label} {place + 1}", fields=self.fields(item, row))
                )
        elif name in self.choices or "enum" in item:
            made.kind, made.options = "many", self.choices.get(name) or words_of(item)
            made.value = self.typed.get(made.name, [])
        else:
            made.kind = "lines"
        return made


def resolved(shape: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema without detours: references followed, and of something optional the part that is not null."""
    if "anyOf" in shape:
        shape = next((each for each in shape["anyOf"] if each.get("type") != "null"), shape)
    if "$ref" in shape:
        return dict(defs[shape["$ref"].rpartition("/")[2]])
    return shape


def words_of(shape: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Values and words of an enumeration."""
    code = getattr(codes, str(shape.get("title", "")), None)
    values = shape.get("enum", [shape.get("const")])
    if isinstance(code, type) and issubclass(code, Code):
        return [(str(value), code(value).label) for value in values]
    return [(str(value), WORDS.get(str(value), str(value))) for value in values]


def body_of(schema: Mapping[str, Any], form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The typed values as the command's body."""
    return _object(schema, schema.get("$defs", {}), form, "")


def places_in(typed: Mapping[str, Any], path: str) -> list[int]:
    """Which rows of a list something was typed into."""
    rows = {key[len(path) + 1 :].partition(".")[0] for key in typed if key.startswith(f"{path}.")}
    return sorted(int(row) for row in rows if row.isascii() and row.isdigit() and int(row) < MOST_ROWS)


def _object(
    shape: Mapping[str, Any], defs: Mapping[str, Any], form: Mapping[str, Sequence[str]], prefix: str
) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, each in shape.get("properties", {}).items():
        value = _value(resolved(each, defs), defs, form, f"{prefix}{name}")
        if value not in (None, "", {}) and not (value == [] and name not in shape.get("required", [])):
            body[name] = value
    return body


def _value(shape: Mapping[str, Any], defs: Mapping[str, Any], form: Mapping[str, Sequence[str]], path: str) -> Any:
    typed = [text.strip() for text in form.get(path, ())]
    if shape.get("type") == "array":
        item = resolved(shape.get("items", {}), defs)
        if "properties" in item:
            rows = [_object(item, defs, form, f"{path}.{place}.") for place in places_in(form, path)]
            return [row for row in rows if row]
        return [line.strip() for text in typed for line in text.splitlines() if line.strip()]
    if "properties" in shape:
        return _object(shape, defs, form, f"{path}.")
    first = typed[0] if typed else ""
    if shape.get("type") == "boolean":
        return True if first else None
    if shape.get("type") in ("integer", "number") and first:
        return _number(first)
    return first


def _number(text: str) -> Any:
    """A number where it is one; any other text goes on as it is, and is refused by name."""
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def typed_of(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The typed values, to be shown again: single ones as they are, several as a list."""
    return {name: list(values) if len(values) > 1 else (values[0] if values else "") for name, values in form.items()}
