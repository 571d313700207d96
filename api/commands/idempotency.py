"""Idempotency-Keys at the door (幂等键): which are usable, and whether one was carried out already."""

from activities.register import ANOTHER_BODY
from api.http.errors import Problem
from models.aggregate import OWN_ID, Command, key_digest
from models.errors import conflict

KEY_LENGTH = (8, 64)


def usable_key(key: str) -> bool:
    """Whether an Idempotency-Key has the right length, and is not like those that the system makes up itself."""
    return KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1] and not key.startswith(OWN_ID)


def check_key(key: str | None) -> None:
    """422 for an Idempotency-Key that is none."""
    if key is not None and not usable_key(key):
        raise Problem(422, "Idempotency-Key 须为 8 至 64 个字符，不以 ~ 开头")


def carried_out(earlier: str | None, command: Command) -> bool:
    """Whether this very command is in the ledger already. Raises Refusal 409 where its key stands for another."""
    if earlier is None:
        return False
    if earlier != key_digest(command):
        raise conflict(ANOTHER_BODY)
    return True
