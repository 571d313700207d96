"""Checks of command bodies (指令内容): storable text, and errors in Chinese, field by field."""

from collections.abc import Iterable
from typing import Any

from models.errors import BAD_CONTENT, FieldError, Refusal

UNREADABLE = "内容中有无法保存的字符，请删除后重新提交"


def check_text(body: dict[str, Any]) -> None:
    """Refuse (422) a body with characters that cannot be stored."""
    if not _is_text(body):
        raise Refusal(BAD_CONTENT, UNREADABLE)


def _is_text(value: Any) -> bool:
    """Whether every string can be stored: no NUL, which PostgreSQL refuses, no lone surrogate (UTF-8)."""
    if isinstance(value, str):
        try:
            return b"\0" not in value.encode()
        except UnicodeEncodeError:
            return False
    if isinstance(value, dict):
        return all(_is_text(key) and _is_text(item) for key, item in value.items())
    return all(_is_text(item) for item in value) if isinstance(value, list) else True


_REASONS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段，请核对字段名",
    "string_too_short": "不能为空",
    "too_short": "至少填写一项",
    "list_type": "应为列表",
    "string_type": "应为文字",
    "bool_type": "应为是或否",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def field_errors(errors: Iterable[Any]) -> list[FieldError]:
    """Pydantic's errors in Chinese, one per field."""
    problems = []
    for error in errors:
        kind, context = error["type"], error.get("ctx", {})
        where = ".".join(str(part) for part in error["loc"] if part != "body")
        if kind in _REASONS:
            reason = _REASONS[kind]
        elif kind in {"enum", "literal_error"}:
            reason = f"只能是：{context.get('expected', '')}".replace(" or ", "、").replace(", ", "、")
        elif kind in {"greater_than_equal", "less_than_equal"}:
            reason = f"应不小于 {context['ge']}" if "ge" in context else f"应不大于 {context['le']}"
        elif kind in {"string_too_long", "too_long"}:
            reason = f"过长，最多 {context.get('max_length')}"
        elif kind == "value_error":
            reason = str(context.get("error", error["msg"]))
        else:
            reason = f"格式不正确（{kind}）"
        problems.append(FieldError(where, reason))
    return problems
