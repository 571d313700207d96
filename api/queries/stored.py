"""Aggregates from stored states (台账还原): the one place of the doors that makes aggregates of rows."""

from collections.abc import Sequence
from typing import Any, TypeVar

from activities.ledgers.rules import RuleBook
from api.queries.rows import AnyRow
from models.aggregate.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate[Any])


async def restored(book: RuleBook, kind: type[A], rows: Sequence[AnyRow]) -> list[A]:
    """The cases, meetings … of these rows by their column `state`, with the rules known that each goes by."""
    await book.ensure_for(*(row.state for row in rows))
    return [kind.from_form(row.state) for row in rows]
