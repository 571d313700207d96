"""Appointments (预约查询)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from models.tables import AppointmentRow

APPOINTMENTS = table_of(AppointmentRow)
_A = APPOINTMENTS.c


class AppointmentQueries:
    """Reads and writes `appointments`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def taken(self, unit: str, day: date) -> dict[int, int]:
        """How many places are taken at a window on a day, by hour."""
        kept = and_(_A.unit == unit, _A.day == day, _A.called_off_at.is_(None))
        counts = await rows(self._engine, select(_A.hour, func.count()).where(kept).group_by(_A.hour))
        return {row[0]: row[1] for row in counts}

    async def book(self, row: dict[str, Any], places: int) -> bool:
        """Take a place, if one is left: two at the same moment are counted one after the other."""
        same = and_(_A.unit == row["unit"], _A.day == row["day"], _A.hour == row["hour"], _A.called_off_at.is_(None))
        async with transaction(self._engine) as connection:
            lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))")
            await connection.execute(lock, {"place": f"appointment:{row['unit']}:{row['day']}:{row['hour']}"})
            count = (await connection.execute(select(func.count()).where(same))).scalar_one()
            if count >= places:
                return False
            await connection.execute(insert(APPOINTMENTS).values(**row))
        return True

    async def one(self, appointment_id: str) -> AnyRow | None:
        """One appointment, or None."""
        return await first_row(self._engine, select(APPOINTMENTS).where(_A.id == appointment_id))

    async def of_day(self, units: Sequence[str], day: date) -> Sequence[AnyRow]:
        """A day's appointments at these windows, in the order of the day."""
        mine = and_(_A.unit.in_(units), _A.day == day, _A.called_off_at.is_(None))
        return await rows(self._engine, select(APPOINTMENTS).where(mine).order_by(_A.hour, _A.made_at))

    async def call_off(self, appointment_id: str) -> None:
        """Give the place back; one that became a case stays."""
        mine = and_(_A.id == appointment_id, _A.called_off_at.is_(None), _A.case_no.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(APPOINTMENTS).where(mine).values(called_off_at=datetime.now(UTC)))

    async def arrived(self, appointment_id: str, case_no: str) -> None:
        """Note which case it became."""
        mine = and_(_A.id == appointment_id, _A.case_no.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(APPOINTMENTS).where(mine).values(case_no=case_no))
