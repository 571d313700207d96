"""Refusals: how the rules say no.

A refusal carries what the HTTP door needs (status) and what the person needs (a Chinese
sentence that says what to do next). Statuses follow contract.md, "Errors".
"""

from dataclasses import dataclass, field

NOT_THIS_UNIT = 403
NOT_AT_THIS_STAGE = 409
BAD_CONTENT = 422
CHANGED_MEANWHILE = 412
NOT_BUILT_YET = 501


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong (字段错误): its dotted name and why, in Chinese."""

    field: str
    reason: str


@dataclass
class Refusal(Exception):
    """A command that may not be carried out (不予执行), with the reason. It changes nothing."""

    status: int
    detail: str
    errors: list[FieldError] = field(default_factory=list)

    def __str__(self) -> str:
        return self.detail


def forbidden(detail: str) -> Refusal:
    """The command exists, but not for this person or unit (无权)."""
    return Refusal(NOT_THIS_UNIT, detail)


def conflict(detail: str) -> Refusal:
    """Not at this stage, or not while something named is open (时机不对)."""
    return Refusal(NOT_AT_THIS_STAGE, detail)


def invalid(detail: str, field_name: str = "") -> Refusal:
    """What was said does not fit this case (内容不符)."""
    return Refusal(BAD_CONTENT, detail, [FieldError(field_name, detail)] if field_name else [])
