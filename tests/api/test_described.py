"""The interface description says what every operation answers, with an example (H11, `/openapi.json`)."""

import re
from typing import Any

import jsonschema_rs
import pytest

from tests.api.described import APP, described_path


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in APP.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def answers(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What it answers where it succeeds, by status."""
    return {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}


def is_open(schema: dict[str, Any]) -> bool:
    """Whether a schema says nothing of the value, or only that it is an object."""
    said = {name: value for name, value in schema.items() if name != "title"}
    return said in ({}, {"type": "object"}, {"type": "object", "additionalProperties": True})


def undescribed() -> list[str]:
    """Operations, with the status, that leave open what they answer."""
    found = []
    for name, operation in operations():
        for status, answer in answers(operation).items():
            content = answer.get("content", {})
            left_open = "application/json" in content and is_open(content["application/json"].get("schema", {}))
            if left_open or (not content and status != "204"):
                found.append(f"{name} {status}")
    return found


@pytest.mark.parametrize("operation", [name for name, _ in operations()])
def test_every_operation_is_found_by_the_address_that_was_asked(operation: str) -> None:
    method, path = operation.split()
    assert described_path(method, re.sub(r"\{\w+\}", "x", path)) == path
    assert described_path(method, "/elsewhere") is None


def test_every_answer_is_described() -> None:
    assert undescribed() == []


def test_every_file_says_what_it_is() -> None:
    kinds = {
        media_type: content["schema"].get("format", "text")
        for _, operation in operations()
        for answer in answers(operation).values()
        for media_type, content in answer.get("content", {}).items()
        if media_type != "application/json"
    }
    assert {kind for media_type, kind in kinds.items() if media_type.startswith("text/")} == {"text"}
    assert {kind for media_type, kind in kinds.items() if not media_type.startswith("text/")} == {"binary"}
    assert {"text/csv", "text/html", "application/zip"} < kinds.keys()


@pytest.mark.parametrize(("name", "operation"), operations(), ids=[name for name, _ in operations()])
def test_every_example_is_what_is_described(name: str, operation: dict[str, Any]) -> None:
    for answer in answers(operation).values():
        json = answer.get("content", {}).get("application/json")
        if json:
            whole = {"allOf": [json["schema"]], "components": APP.openapi()["components"]}
            jsonschema_rs.validator_for(whole).validate(json["example"])
