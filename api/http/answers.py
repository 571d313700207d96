"""Answers (回答) that are more than a view with status 200: another status, an ETag, a file."""

from typing import Any

import orjson
from fastapi.responses import Response

from models.views.base import View

JSON = "application/json"


class Answer(Response):
    """A JSON answer; for a case, with its version as ETag. The route says in `response_model` which view it is."""

    def __init__(
        self, content: View | dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        if isinstance(content, View):
            head, body = getattr(content, "ledger_head", None), content.model_dump_json().encode()
        else:
            head, body = content.get("ledger_head"), orjson.dumps(content)
        versioned = {"ETag": f'"{head}"'} if head else {}
        super().__init__(body, status, {**versioned, **(headers or {})}, JSON)


class Csv(Response):
    """A table as comma-separated text, in UTF-8 with its mark, so that a spreadsheet reads the Chinese."""

    media_type = "text/csv"


class Xlsx(Response):
    """A spreadsheet."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AnyFile(Response):
    """A file of whatever kind it is; its answer names the kind."""

    media_type = "application/octet-stream"


class Zip(Response):
    """A package of files."""

    media_type = "application/zip"


ALREADY: dict[int | str, dict[str, Any]] = {200: {"description": "已经有了，返回原来的那一个"}}
"""For doors that make something (201, 202) or give it where it exists (200)."""


def already(view: type[View]) -> dict[int | str, dict[str, Any]]:
    """ALREADY, with the body of the answer."""
    return {200: {**ALREADY[200], "model": view}}
