"""Base class of codes (代码基类)."""

from enum import StrEnum


class Code(StrEnum):
    """A code with a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Code":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
