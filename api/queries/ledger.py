"""Reading a ledger (台账查询): the same questions of a case's, a meeting's, a solution's."""

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import Table, and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.kinds import BY_ENTRIES
from activities.ledgers.rules import RuleBook
from api.queries.rows import AnyRow, first_row, rows, table_of
from models.aggregate.upcasting import upcast_entry
from models.ledger import Entry
from models.tables import CommandRow

COMMANDS = table_of(CommandRow)


def entries_of(table: Table, entries: Iterable[AnyRow]) -> list[Entry]:
    """Rows of a ledger's table as entries in today's form (格式升级). Checks of hashes use `queries.audit`."""
    kind = BY_ENTRIES[table.name].name
    return [upcast_entry(kind, Entry(**row._mapping)) for row in entries]


class LedgerQueries:
    """Queries of any ledger; each register adds its own."""

    ledger: ClassVar[Table]
    """The table of the entries."""

    def __init__(self, engine: AsyncEngine, rules: RuleBook) -> None:
        self._engine, self._rules = engine, rules

    async def entries(self, number: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        """A ledger's entries in their order, or a stretch of them, as they are read today."""
        c = self.ledger.c
        wanted = select(self.ledger).where(and_(c.case_no == number, c.seq > after)).order_by(c.seq).limit(limit)
        return entries_of(self.ledger, await rows(self._engine, wanted))

    async def carried_out(self, number: str, key: str | None) -> str | None:
        """The digest of the command carried out under this Idempotency-Key before; None when there was none."""
        if key is None:
            return None
        c = COMMANDS.c
        mine = select(c.digest).where(and_(c.ledger == number, c.id == key))
        row = await first_row(self._engine, mine)
        return str(row.digest) if row else None
