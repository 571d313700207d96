"""Points, contests, and how many tasks a subject had (考核查询)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of, transaction
from models.actions import Action
from models.scores import Contest
from models.tables import CaseRow, EntryRow, ScoreContestRow, ScorePointRow

POINTS, CONTESTS, CASES, ENTRIES = (table_of(t) for t in (ScorePointRow, ScoreContestRow, CaseRow, EntryRow))


class ScoreQueries:
    """Reads points; writes contests of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def points(
        self, since: datetime, until: datetime, *where: ColumnElement[bool]
    ) -> list[tuple[AnyRow, list[AnyRow]]]:
        """The points earned in a span of time, each with its contests in order."""
        c = POINTS.c
        wanted = select(POINTS).where(and_(c.at >= since, c.at < until, *where)).order_by(c.at.desc(), c.id.desc())
        return await self._contested(await rows(self._engine, wanted))

    async def point(self, number: int) -> tuple[AnyRow, list[AnyRow]] | None:
        """One point with its contests, or None."""
        points = await self._contested(await rows(self._engine, select(POINTS).where(POINTS.c.id == number)))
        return points[0] if points else None

    async def _contested(self, points: Sequence[AnyRow]) -> list[tuple[AnyRow, list[AnyRow]]]:
        c, of = CONTESTS.c, {point.id: list[AnyRow]() for point in points}
        for row in await rows(self._engine, select(CONTESTS).where(c.point.in_(of)).order_by(c.at)):
            of[row.point].append(row)
        return [(point, of[point.id]) for point in points]

    async def contest(self, row: dict[str, Any]) -> bool:
        """Keep an act on a point; False when somebody has done it already."""
        try:
            async with transaction(self._engine) as connection:
                await connection.execute(insert(CONTESTS).values(row))
        except IntegrityError:
            return False
        return True

    async def tasks(self, district: str, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
        """How many tasks each subject had in that time: departments assignments, windows and first receivers cases."""
        e, c = ENTRIES.c, CASES.c
        task = (
            func.jsonb_array_elements(e.detail["assignments"], type_=JSONB)
            .table_valued(column("value", JSONB))
            .lateral()
        )
        unit = cast(task.c.value["unit"].astext, Text)
        assigned = (
            select(unit, func.count()).select_from(ENTRIES).join(task, and_(True)).join(CASES, c.case_no == e.case_no)
        )
        assigned = assigned.where(
            and_(e.action == Action.ASSIGNED, e.at >= since, e.at < until, c.district == district)
        )
        counts = {("department", row[0]): row[1] for row in await rows(self._engine, assigned.group_by(unit))}
        mine = and_(c.district == district, c.registered_at >= since, c.registered_at < until)
        for kind, subject in (("window", c.unit), ("person", c.first_receiver)):
            cases = select(subject, func.count()).where(mine).group_by(subject)
            counts |= {(kind, row[0]): row[1] for row in await rows(self._engine, cases)}
        return counts


def contests(acts: Sequence[AnyRow]) -> list[Contest]:
    """The contests of a point as the rules know them."""
    return [Contest(row.act, row.at, row.waives) for row in acts]
