"""Answers (回答): JSON straight from what the view rendered, without a second look at every value."""

from typing import Any

import orjson
from fastapi.responses import Response

JSON = "application/json"


class Answer(Response):
    """A JSON answer; for a case, with its version as ETag."""

    def __init__(self, content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        head = content.get("ledger_head")
        versioned = {"ETag": f'"{head}"'} if head else {}
        super().__init__(orjson.dumps(content), status, {**versioned, **(headers or {})}, JSON)
