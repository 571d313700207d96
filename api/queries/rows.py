"""Base of all queries (查询基础)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from activities.platform.bell import CHANNEL, Wake
from models.ledger import BEIJING
from models.tables import SerialRow

AnyRow = Any
"""A row of some statement, read by its columns' names."""


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


async def rows(engine: AsyncEngine, statement: Executable) -> Sequence[AnyRow]:
    """All rows of a statement."""
    async with engine.connect() as connection:
        return (await connection.execute(statement)).all()


async def first_row(engine: AsyncEngine, statement: Executable) -> AnyRow | None:
    """The first row of a statement, or None."""
    async with engine.connect() as connection:
        return (await connection.execute(statement)).first()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction: the engine's connections commit by themselves otherwise."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="READ COMMITTED")
        async with connection.begin():
            yield connection


def series_of(division: str, now: datetime) -> str:
    """The prefix of a division's numbers on a day."""
    return f"{division}-{now.astimezone(BEIJING):%Y%m%d}"


async def wake(connection: AsyncConnection, what: Wake) -> None:
    """Wake the followers (activities/platform/bell.py), as soon as this transaction is committed."""
    await connection.execute(select(func.pg_notify(CHANNEL, what)))


async def next_number(connection: AsyncConnection, division: str, now: datetime, letter: str = "") -> str:
    """The next number of a division on a day (编号), gap-free: allotted in the transaction that uses it."""
    series = series_of(division, now)
    serial = insert(table_of(SerialRow)).values(series=series + letter, last=1)
    serial = serial.on_conflict_do_update(index_elements=["series"], set_={"last": text("serials.last + 1")})
    number = (await connection.execute(serial.returning(text("last")))).scalar_one()
    return f"{series}-{letter}{number:04d}"
