"""What may be done, as forms (办理表单): for a case, a task of supervision, a meeting alike."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.datastructures import FormData

from api.body import Body
from api.pages.forms import Choices, body_of, fields_of, typed_of
from models.access import User
from models.actions import COMMANDS
from models.aggregate import Aggregate
from models.errors import Refusal

ASIDE = ("key", "if_match", "csrf")
"""Fields of a form that are no part of the command."""


def offered(it: Aggregate[Any], user: User, names: Iterable[str]) -> list[dict[str, Any]]:
    """Commands of something that is no case: whether each is possible, and its shape."""
    found = []
    for name in names:
        answer = it.availability(name, user.by())
        found.append(
            {
                "command": name,
                "title": COMMANDS[name],
                "possible": answer.possible,
                "why_not": answer.why_not,
                "on_behalf": False,
                "schema": answer.schema,
            }
        )
    return found


def with_fields(
    items: Iterable[dict[str, Any]],
    choices: Mapping[str, Choices],
    tried: str = "",
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> list[dict[str, Any]]:
    """Each command with the fields of its form; what was tried keeps what was typed, and says what was wrong."""
    errors = {error.field: error.reason for error in refusal.errors} if refusal else {}
    found = []
    for item in items:
        name, mine = item["command"], item["command"] == tried
        options = choices.get(name, choices.get("", {}))
        fields = fields_of(name, item["schema"] or {}, options, typed if mine else None, errors if mine else None)
        found.append({**item, "fields": fields})
    return found


def said_in(schema: Mapping[str, Any], form: FormData) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed, as a body, and as it is to be shown again."""
    values = {name: [str(value) for value in form.getlist(name)] for name in form if name not in ASIDE}
    return body_of(schema, values), {**typed_of(values), "key": str(form.get("key", ""))}


def body(said: Mapping[str, Any]) -> Body:
    """What was typed, as the door takes it."""
    return Body(orjson.dumps(said))
