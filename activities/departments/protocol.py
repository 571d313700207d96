"""The interface of adapters (对接约定): they take a delivery and return its result."""

from datetime import timedelta
from typing import Protocol

from pydantic import BaseModel

from models.case.delivery import AdapterKind
from models.notices import Notice

FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=1), timedelta(minutes=5)
"""The wait before the second attempt; each further wait doubles, up to the longest."""


class Delivery(BaseModel):
    """A notice to be delivered (待送达), with its department's configuration at the start."""

    notice: Notice
    adapter: AdapterKind
    timeout_seconds: int
    fallback_hours: int


class Receipt(BaseModel):
    """The receipt (回执): the way of delivery, and the receiver's own number if given."""

    adapter: AdapterKind
    reference: str | None = None


class OutageError(Exception):
    """A transient failure (暂时故障): the same delivery is tried again."""


class RefusedError(Exception):
    """A permanent failure (永久错误): a retry would not help."""


class Adapter(Protocol):
    """One way to reach a department."""

    async def deliver(self, notice: Notice) -> Receipt:
        """Deliver the notice. May be repeated with the same delivery id; the receiver takes it once.

        Raises OutageError when it should be tried again, RefusedError when not.
        """
        ...
