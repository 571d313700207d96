"""Refusals (不予执行): a rule's answer to a command it does not allow.

A refusal has an HTTP status and a Chinese sentence that says what to do next. Statuses follow contract.md, "Errors".
"""

from dataclasses import dataclass, field

NOT_THIS_UNIT = 403
NOT_AT_THIS_STAGE = 409
BAD_CONTENT = 422
CHANGED_MEANWHILE = 412
NOT_BUILT_YET = 501


@dataclass(frozen=True, slots=True)
class FieldError:
    """A wrong field (字段错误): its dotted name and the reason in Chinese."""

    field: str
    reason: str


@dataclass
class Refusal(Exception):
    """Refusal of a command (不予执行), with the reason. It changes nothing."""

    status: int
    detail: str
    errors: list[FieldError] = field(default_factory=list)

    def __str__(self) -> str:
        return self.detail


def forbidden(detail: str) -> Refusal:
    """The command exists, but not for this person or unit (无权)."""
    return Refusal(NOT_THIS_UNIT, detail)


def conflict(detail: str) -> Refusal:
    """Not at this stage, or not while something is still open (时机不对)."""
    return Refusal(NOT_AT_THIS_STAGE, detail)


def invalid(detail: str, field_name: str = "") -> Refusal:
    """The content does not fit this case (内容不符)."""
    return Refusal(BAD_CONTENT, detail, [FieldError(field_name, detail)] if field_name else [])
