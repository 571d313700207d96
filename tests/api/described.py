"""Every answer that a test of the doors gets is held against the interface description (OpenAPI)."""

from functools import cache
from typing import Any

import httpx
import jsonschema_rs
from fastapi.routing import APIRoute

from api.app import create_app

APP = create_app()


def described_routes() -> list[APIRoute]:
    """The operations of the description, in the order in which the app asks them."""
    return [route for route in APP.routes if isinstance(route, APIRoute) and route.include_in_schema]


def check(answer: httpx.Response) -> None:
    """Fail where an answer is not what the description says. A hook for httpx."""
    if not answer.is_success or answer.headers.get("content-type") != "application/json":
        return
    method = answer.request.method
    for route in described_routes():
        if method in route.methods and route.path_regex.match(answer.request.url.path):
            answer.read()
            errors = _validator(method.lower(), route.path_format, str(answer.status_code)).iter_errors(answer.json())
            problems = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]
            assert not problems, f"{method} {route.path_format} {answer.status_code}: {problems[:5]}"
            return


@cache
def _validator(method: str, path: str, status: str) -> Any:
    """What judges an answer of this operation."""
    responses = APP.openapi()["paths"][path][method]["responses"]
    assert status in responses, f"{method.upper()} {path} answers {status}, which is not described"
    schema = responses[status].get("content", {}).get("application/json", {}).get("schema", {})
    return jsonschema_rs.validator_for({"allOf": [schema], "components": APP.openapi()["components"]})
