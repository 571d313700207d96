"""Departments' own systems (部门系统对接): how each is reached, and which of its calls were taken."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.tables import AdapterRow, CallbackRow

ADAPTERS, CALLBACKS = table_of(AdapterRow), table_of(CallbackRow)


class DepartmentQueries:
    """Reads and writes `department_adapters` and `callbacks`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def adapters(self) -> Sequence[AnyRow]:
        """Every department that was ever configured."""
        return await rows(self._engine, select(ADAPTERS).order_by(ADAPTERS.c.unit))

    async def adapter(self, unit: str) -> AnyRow | None:
        """How one department is reached; None where nothing was configured."""
        return await first_row(self._engine, select(ADAPTERS).where(ADAPTERS.c.unit == unit))

    async def put_adapter(self, row: dict[str, Any], *, rotate: bool) -> AnyRow:
        """Keep how a department is reached; `rotate` takes the next signing key. The row as it stands then."""
        statement = insert(ADAPTERS).values({**row, "key_version": 1})
        changes = {**row, "key_version": ADAPTERS.c.key_version + 1} if rotate else row
        statement = statement.on_conflict_do_update(index_elements=["unit"], set_=changes)
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement.returning(ADAPTERS))).one()

    async def take_callback(self, unit: str, delivery_id: str, digest: str) -> bool:
        """Take a delivery id for this content; False when it was taken for another."""
        c = CALLBACKS.c
        row = {"unit": unit, "delivery_id": delivery_id, "digest": digest, "at": datetime.now(UTC)}
        async with transaction(self._engine) as connection:
            await connection.execute(insert(CALLBACKS).values(row).on_conflict_do_nothing())
        mine = and_(c.unit == unit, c.delivery_id == delivery_id)
        return bool((await rows(self._engine, select(c.digest).where(mine)))[0].digest == digest)
