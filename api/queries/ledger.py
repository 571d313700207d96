"""Reading a ledger (台账查询): the same questions of a case's, a meeting's, a solution's."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Table, and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.rules import RuleBook
from api.queries.rows import AnyRow, rows


class LedgerQueries:
    """What is asked of any ledger; who reads a register adds what is asked of that one."""

    ledger: ClassVar[Table]
    """Where the entries stand."""

    def __init__(self, engine: AsyncEngine, rules: RuleBook) -> None:
        self._engine, self._rules = engine, rules

    async def entries(self, number: str, after: int = 0, limit: int | None = None) -> Sequence[AnyRow]:
        """A ledger's entries in their order, or a stretch of them."""
        c = self.ledger.c
        wanted = select(self.ledger).where(and_(c.case_no == number, c.seq > after)).order_by(c.seq).limit(limit)
        return await rows(self._engine, wanted)

    async def has_command(self, number: str, command_id: str) -> bool:
        """Whether a command with this id is in the ledger: then it was carried out."""
        c = self.ledger.c
        mine = and_(c.case_no == number, c.command_id == command_id)
        return bool(await rows(self._engine, select(c.seq).where(mine).limit(1)))
