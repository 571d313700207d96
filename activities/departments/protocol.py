"""What every adapter is to the rest (对接约定): it takes a delivery, and says what became of it."""

from datetime import timedelta
from typing import Protocol

from pydantic import BaseModel

from models.case.delivery import AdapterKind
from models.notices import Notice

FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=1), timedelta(minutes=5)
"""How long until the second attempt; each further wait is twice as long, up to the longest."""


class Delivery(BaseModel):
    """A notice on its way (待送达), with what was configured for its department when it set out."""

    notice: Notice
    adapter: AdapterKind
    timeout_seconds: int
    fallback_hours: int


class Receipt(BaseModel):
    """The other side has it (回执): by which way, and under which number of its own if it said one."""

    adapter: AdapterKind
    reference: str | None = None


class OutageError(Exception):
    """The other side did not take it this time (暂时故障): the same delivery is tried again."""


class RefusedError(Exception):
    """The other side will never take it like this (永久错误): trying again would not help."""


class Adapter(Protocol):
    """One way to reach a department."""

    async def deliver(self, notice: Notice) -> Receipt:
        """Hand the notice over. It may be repeated with the same delivery id; the other side takes it once.

        Raises OutageError when it should be tried again, RefusedError when not.
        """
        ...
