"""Records of before and scores of others (旧台账、第三方评议查询)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, true
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.old_register import COLUMNS
from models.tables import CaseRow, OldRecordRow, OutsideScoreRow

OLD, SCORES, CASES = table_of(OldRecordRow), table_of(OutsideScoreRow), table_of(CaseRow)

AT_ONCE = 1000


class OutsideQueries:
    """Reads and writes `old_records` and `outside_scores`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep_records(self, records: Sequence[dict[str, Any]]) -> None:
        """Keep the rows of a file, all or none; those of a file that was kept before stay as they are."""
        async with transaction(self._engine) as connection:
            for first in range(0, len(records), AT_ONCE):
                page = list(records[first : first + AT_ONCE])
                await connection.execute(upsert(OLD).values(page).on_conflict_do_nothing())

    async def records_of(self, district: str, sha256: str) -> int:
        """How many rows of a file are kept."""
        mine = and_(OLD.c.district == district, OLD.c.file_sha256 == sha256)
        return int((await rows(self._engine, select(func.count()).select_from(OLD).where(mine)))[0][0])

    async def others_records(self, district: str, sha256: str) -> Sequence[Mapping[str, Any]]:
        """Records from other files than this one."""
        mine = and_(OLD.c.district == district, OLD.c.file_sha256 != sha256)
        records = await rows(self._engine, select(*(OLD.c[name] for name in COLUMNS.values())).where(mine))
        return [row._mapping for row in records]

    async def files(self, district: str | None) -> Sequence[AnyRow]:
        """The files whose rows are kept, the newest first: name, digest, rows, first and last day, by whom, when."""
        c = OLD.c
        names = (c.district, c.file_name, c.file_sha256, c.imported_by)
        counted = func.count().label("rows"), func.min(c.registered_on).label("first")
        last = func.max(c.registered_on).label("last"), func.min(c.imported_at).label("imported_at")
        mine = c.district == district if district is not None else true()
        grouped = select(*names, *counted, *last).where(mine).group_by(*names)
        return await rows(self._engine, grouped.order_by(func.min(c.imported_at).desc()).limit(200))

    async def old_by_month(self, district: str, since: date, until: date) -> dict[str, int]:
        """How many records of before each month has."""
        month = func.to_char(OLD.c.registered_on, "YYYY-MM")
        mine = and_(OLD.c.district == district, OLD.c.registered_on >= since, OLD.c.registered_on < until)
        counts = await rows(self._engine, select(month, func.count()).where(mine).group_by(month))
        return {row[0]: row[1] for row in counts}

    async def cases_by_month(self, district: str, since: datetime, until: datetime) -> dict[str, int]:
        """How many cases were registered in each month."""
        month = func.to_char(func.timezone("Asia/Shanghai", CASES.c.registered_at), "YYYY-MM")
        mine = and_(CASES.c.district == district, CASES.c.registered_at >= since, CASES.c.registered_at < until)
        counts = await rows(self._engine, select(month, func.count()).where(mine).group_by(month))
        return {row[0]: row[1] for row in counts}

    async def keep_score(self, row: dict[str, Any]) -> None:
        """Keep somebody else's score."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(SCORES).values({**row, "at": datetime.now(UTC)}))

    async def scores(self, district: str | None, month: str | None) -> Sequence[AnyRow]:
        """Scores of others, the newest first."""
        c = SCORES.c
        wanted = ((c.district, district), (c.month, month))
        mine = and_(true(), *(column == value for column, value in wanted if value is not None))
        return await rows(self._engine, select(SCORES).where(mine).order_by(c.month.desc(), c.id.desc()).limit(500))
