"""An example for every answer (示例), put together from what each kind of field says of itself."""

from typing import Any

from fastapi import FastAPI

Schema = dict[str, Any]


def install(app: FastAPI) -> None:
    """Add the examples to the interface description, once, when it is first asked for."""
    describe = app.openapi

    def described() -> Schema:
        if app.openapi_schema is None:
            document = describe()
            for content in _answers(document):
                content["example"] = example(content["schema"], document)
        return describe()

    app.openapi = described  # type: ignore[method-assign]


def _answers(document: Schema) -> list[Schema]:
    """The JSON of every answer that is not an error."""
    return [
        answer["content"]["application/json"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and answer.get("content", {}).get("application/json", {}).get("schema")
    ]


def example(schema: Schema, document: Schema, within: tuple[str, ...] = ()) -> Any:
    """A value of this schema. What holds itself (a tree) is shown once and then empty."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example(document["components"]["schemas"][name], document, (*within, name))
    for said in ("const", "default"):
        if said in schema:
            return schema[said]
    for said in ("examples", "enum"):
        if schema.get(said):
            return schema[said][0]
    for said in ("anyOf", "oneOf", "allOf"):
        if said in schema:
            return example(_first(schema[said], within), document, within)
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
    """The alternative that tells most: not null, and not what we are within already."""
    for each in alternatives:
        if each.get("type") != "null" and each.get("$ref", "").rpartition("/")[2] not in within:
            return each
    return alternatives[-1]
