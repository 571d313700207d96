"""Keys of cases (案件数据密钥): kept when a number is allotted, read when words are opened, destroyed once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.queries.record import CaseKey
from api.queries.rows import AnyRow, rows, table_of, transaction
from api.queries.similar import drop
from models.tables import CaseKeyRow, CaseWordsRow

KEYS, WORDS = table_of(CaseKeyRow), table_of(CaseWordsRow)


class KeyQueries:
    """Reads and writes `case_keys` and `case_words`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of_case(self, case_no: str) -> Sequence[AnyRow]:
        """Every key that the case ever had, the newest first."""
        c = KEYS.c
        return await rows(self._engine, select(KEYS).where(c.case_no == case_no).order_by(c.made_at.desc()))

    async def of_cases(self, case_nos: Iterable[str]) -> list[CaseKey]:
        """The keys of these cases."""
        c = KEYS.c
        wanted = select(c.key_id, c.algorithm, c.ring_key, c.wrapped).where(c.case_no.in_(list(case_nos)))
        return [CaseKey(*row) for row in await rows(self._engine, wanted)]

    async def others_than(self, ring_key: str, limit: int) -> Sequence[AnyRow]:
        """Keys that are sealed with an older key of the ring."""
        c = KEYS.c
        return await rows(
            self._engine, select(KEYS).where(and_(c.ring_key != ring_key, c.wrapped.is_not(None))).limit(limit)
        )

    async def rewrap(self, key_id: str, before: str, ring_key: str, wrapped: bytes) -> None:
        """Keep a key under a newer key of the ring, unless somebody else has or it was destroyed."""
        c = KEYS.c
        still = and_(c.key_id == key_id, c.ring_key == before, c.wrapped.is_not(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(KEYS).where(still).values(ring_key=ring_key, wrapped=wrapped))

    async def destroy(self, case_no: str, by: str, why: str) -> int:
        """Forget the case's keys and its search index; how many keys there were."""
        c = KEYS.c
        alive = and_(c.case_no == case_no, c.wrapped.is_not(None))
        gone = {"wrapped": None, "destroyed_at": datetime.now(UTC), "destroyed_by": by, "why": why}
        async with transaction(self._engine) as connection:
            await connection.execute(delete(WORDS).where(WORDS.c.case_no == case_no))
            await drop(connection, "case", case_no)
            return (await connection.execute(update(KEYS).where(alive).values(**gone))).rowcount


async def move_key(connection: AsyncConnection, before: str, after: str, key_ids: Iterable[str]) -> None:
    """Move key and words of a registration that gets another number, in the transaction that gives it."""
    its_own = KEYS.c.key_id.in_(list(key_ids))
    await connection.execute(update(KEYS).where(and_(KEYS.c.case_no == before, its_own)).values(case_no=after))
    await connection.execute(update(WORDS).where(WORDS.c.case_no == before).values(case_no=after))
