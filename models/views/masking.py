"""Masking (脱敏): a person as somebody reads them who need not know who it is."""

from typing import Any


def masked(person: dict[str, Any] | None) -> dict[str, Any] | None:
    """A person with the surname, six and four digits of the identity number, three and four of the phone."""
    if person is None:
        return None
    hidden = dict(person)
    if name := hidden.get("name"):
        hidden["name"] = name[0] + "*" * (len(name) - 1)
    if number := hidden.get("id_no"):
        hidden["id_no"] = _middle(number, 6, 4)
    if phone := hidden.get("phone"):
        hidden["phone"] = _middle(phone, 3, 4)
    return hidden


def _middle(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
