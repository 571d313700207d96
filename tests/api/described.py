"""Every answer that a test of the doors gets is held against the interface description (OpenAPI)."""

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from api.app import create_app

APP = create_app()

SEGMENT, SEGMENTS = "[^/]+", ".+"
"""What a parameter of a path stands for; the number of a meeting has slashes."""


@cache
def described_path(method: str, path: str) -> str | None:
    """The path in the description under which this one was asked for; None for what is not described."""
    operations = [each for each, methods in APP.openapi()["paths"].items() if method.lower() in methods]
    for value in (SEGMENT, SEGMENTS):
        for each in operations:
            if re.fullmatch(re.sub(r"\{\w+\}", value, each), path):
                return str(each)
    return None


def check(answer: httpx.Response) -> None:
    """Fail where an answer is not what the description says. A hook for httpx."""
    if not answer.is_success or answer.status_code == 204 or answer.headers.get("content-type") != "application/json":
        return
    method, path = answer.request.method, described_path(answer.request.method, answer.request.url.path)
    if path is None:
        return
    answer.read()
    errors = _validator(method.lower(), path, str(answer.status_code)).iter_errors(answer.json())
    problems = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]
    assert not problems, f"{method} {path} {answer.status_code}: {problems[:5]}"


@cache
def _validator(method: str, path: str, status: str) -> Any:
    """What judges an answer of this operation."""
    responses = APP.openapi()["paths"][path][method]["responses"]
    assert status in responses, f"{method.upper()} {path} answers {status}, which is not described"
    schema = responses[status].get("content", {}).get("application/json", {}).get("schema", {})
    return jsonschema_rs.validator_for({"allOf": [schema], "components": APP.openapi()["components"]})
