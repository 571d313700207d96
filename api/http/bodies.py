"""Bodies of requests (请求内容): read at once, judged only when it is their turn.

contract.md orders the errors: user, role, case and unit come before the body's shape. So no route lets the framework
read its body: it would refuse a broken one before anybody has looked at the token.
"""

from typing import Annotated, Any, Self, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from api.http.errors import Problem
from models.aggregate.body import check_text, field_errors
from models.errors import FieldError

MALFORMED = "提交的内容不符合要求，请按提示修改后重新提交"
DEEPEST = 20
"""No command's body has more than five levels; one with more than this would exhaust the interpreter's stack."""

Shape = TypeVar("Shape", bound=BaseModel)


class Body:
    """The body of a request. An empty one is `{}`."""

    def __init__(self, raw: bytes) -> None:
        self._problem: Problem | None = None
        self._fields: dict[str, Any] = {}
        try:
            fields = orjson.loads(raw) if raw.strip() else {}
        except orjson.JSONDecodeError:
            self._problem = Problem(422, "请求内容不是有效的 JSON，请检查格式和编码（UTF-8）后重新提交")
            return
        if not isinstance(fields, dict):
            self._problem = Problem(422, MALFORMED, errors=[FieldError("", "应为对象")])
        elif _too_deep(fields):
            self._problem = Problem(422, "内容嵌套层数过多，请按接口说明填写后重新提交")
        else:
            self._fields = fields

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """The body that one of our own pages makes of a form."""
        return cls(orjson.dumps(fields))

    def peek(self, name: str) -> Any:
        """A field that decides who may ask; None where it is missing, also in a body that cannot be read."""
        return self._fields.get(name)

    def fields(self) -> dict[str, Any]:
        """All fields, the caller's own. Raises Problem 422 when the body is no JSON object or cannot be kept."""
        if self._problem:
            raise self._problem
        check_text(self._fields)
        return dict(self._fields)

    def shaped(self, model: type[Shape]) -> Shape:
        """The body as a model. Raises Problem 422 with one error a field."""
        try:
            return model.model_validate(self.fields())
        except ValidationError as error:
            raise Problem(422, MALFORMED, errors=field_errors(error.errors())) from None


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        branches = [item for item in level if isinstance(item, dict | list)]
        level = [item for each in branches for item in (each.values() if isinstance(each, dict) else each)]
        if not level:
            return False
    return True


async def _read(request: Request) -> Body:
    return Body(await request.body())


BodyDep = Annotated[Body, Depends(_read)]


def documented(model: type[BaseModel] | None = None) -> dict[str, Any]:
    """The description of a body in the interface document (接口说明)."""
    schema = _inlined(model.model_json_schema()) if model else {"type": "object"}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its own definitions put in their places: in the whole document a reference would lead nowhere."""
    definitions = schema.pop("$defs", {})

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolved(definitions[value["$ref"].rpartition("/")[2]])
        return {name: resolved(item) for name, item in value.items()}

    whole: dict[str, Any] = resolved(schema)
    return whole
