"""An example for every answer (示例), put together from the examples of its fields; and the media type of files."""

from typing import Any

from fastapi import FastAPI

from api.http.answers import JSON
from api.http.errors import schemas

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FILE: Schema = {"type": "string", "format": "binary"}


def install(app: FastAPI) -> None:
    """Add the examples to the interface description, once, when it is first asked for."""
    describe = app.openapi

    def described() -> Schema:
        if app.openapi_schema is None:
            document = describe()
            document["components"]["schemas"] |= schemas()
            for answer in _answers(document):
                for media_type, content in answer.items():
                    if media_type != JSON:
                        content["schema"] = TEXT if media_type.startswith("text/") else FILE
                    elif content.get("schema"):
                        content["example"] = example(content["schema"], document)
        return describe()

    app.openapi = described  # type: ignore[method-assign]


def _answers(document: Schema) -> list[Schema]:
    """The schemas of each answer that is no error, by media type."""
    return [
        answer["content"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and answer.get("content")
    ]


def example(schema: Schema, document: Schema, within: tuple[str, ...] = ()) -> Any:
    """A value of this schema. A schema that holds itself (a tree) is shown once and then empty."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example(document["components"]["schemas"][name], document, (*within, name))
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            return example(_first(schema[keyword], within), document, within)
    match schema.get("type"):
        case "object":
            return {
                name: example(field, document, within)
                for name, field in schema.get("properties", {}).items()
                if name in schema.get("required", ())
            }
        case "array":
            item = schema.get("items", {})
            again = item.get("$ref", "").rpartition("/")[2] in within
            return [] if again or not item else [example(item, document, within)]
        case kind:
            return {"string": "…", "integer": 1, "number": 1.5, "boolean": False}.get(str(kind))


def _first(alternatives: list[Schema], within: tuple[str, ...]) -> Schema:
    """The most telling alternative: not null, and not a schema that we are within already."""
    for each in alternatives:
        if each.get("type") != "null" and each.get("$ref", "").rpartition("/")[2] not in within:
            return each
    return alternatives[-1]
