"""Departments with a system of their own, and how to reach it (对接登记)."""

from dataclasses import dataclass

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.ledgers.kinds import CASES
from activities.ledgers.rules import RuleBook
from activities.ledgers.writing import as_read_today
from models.ledger import Entry
from models.tables import AdapterRow

_LEDGER = """
SELECT * FROM entries AS e WHERE e.case_no = %(case_no)s AND e.seq <= %(seq)s AND EXISTS (
    SELECT 1 FROM cases AS c JOIN department_adapters AS d ON d.unit = ANY(c.departments)
    WHERE c.case_no = %(case_no)s AND d.kind <> 'inbox')
ORDER BY e.seq
"""
_ADAPTER = "SELECT * FROM department_adapters WHERE unit = %s AND kind <> 'inbox'"
_ANY = "SELECT EXISTS (SELECT 1 FROM department_adapters WHERE kind <> 'inbox')"
_COMMAND = "SELECT 1 FROM entries WHERE case_no = %s AND command_id = %s LIMIT 1"


@dataclass(frozen=True)
class Registry:
    """Reads `department_adapters`, and the ledgers of the cases concerned."""

    pool: AsyncConnectionPool

    async def any(self) -> bool:
        """Whether any department has a system of its own."""
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_ANY)).fetchone()
        return bool(row and row[0])

    async def adapter(self, unit: str) -> AdapterRow | None:
        """How the department's system is reached; None for the inbox."""
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(AdapterRow))
            return await (await cursor.execute(_ADAPTER, (unit,))).fetchone()

    async def ledger(self, case_no: str, seq: int) -> list[Entry]:
        """The case's ledger up to that entry; empty when none of its departments has a system."""
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=as_read_today(CASES))
            ledger = await (await cursor.execute(_LEDGER, {"case_no": case_no, "seq": seq})).fetchall()
        await RuleBook(self.pool).ensure_for(*(entry.detail for entry in ledger))
        return ledger

    async def has_command(self, case_no: str, command_id: str) -> bool:
        """Whether a command with this id is in the case's ledger."""
        async with self.pool.connection() as connection:
            return await (await connection.execute(_COMMAND, (case_no, command_id))).fetchone() is not None
