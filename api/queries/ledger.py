"""Reading a ledger (台账查询): the same questions of a case's, a meeting's, a solution's."""

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import Table, and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.kinds import BY_ENTRIES
from activities.ledgers.rules import RuleBook
from api.queries.rows import AnyRow, rows, table_of
from models.aggregate.upcasting import upcast_entry
from models.ledger import Entry
from models.tables import CommandRow

COMMANDS = table_of(CommandRow)


def entries_of(table: Table, found: Iterable[AnyRow]) -> list[Entry]:
    """Rows of a ledger's table as entries that are read today (格式升级). What checks hashes reads `queries.audit`."""
    kind = BY_ENTRIES[table.name].name
    return [upcast_entry(kind, Entry(**row._mapping)) for row in found]


class LedgerQueries:
    """What is asked of any ledger; who reads a register adds what is asked of that one."""

    ledger: ClassVar[Table]
    """Where the entries stand."""

    def __init__(self, engine: AsyncEngine, rules: RuleBook) -> None:
        self._engine, self._rules = engine, rules

    async def entries(self, number: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        """A ledger's entries in their order, or a stretch of them, as they are read today."""
        c = self.ledger.c
        wanted = select(self.ledger).where(and_(c.case_no == number, c.seq > after)).order_by(c.seq).limit(limit)
        return entries_of(self.ledger, await rows(self._engine, wanted))

    async def carried_out(self, number: str, key: str | None) -> str | None:
        """What was carried out under this Idempotency-Key before, as its digest; None when nothing was."""
        if key is None:
            return None
        c = COMMANDS.c
        mine = select(c.digest).where(and_(c.ledger == number, c.id == key))
        found = await rows(self._engine, mine)
        return str(found[0].digest) if found else None
