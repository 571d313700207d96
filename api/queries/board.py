"""The board's figures (看板查询): counts over open cases in somebody's scope, from columns alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of
from models.codes import Stage
from models.tables import CaseRow

CASES = table_of(CaseRow)
NOT_OPEN = (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN)


class BoardQueries:
    """Counts open cases."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def load(self, scope: ColumnElement[bool], now: datetime, soon: datetime) -> Sequence[AnyRow]:
        """By unit: open cases, those overdue, those due by `soon`, and the median days since registration."""
        c = CASES.c
        running = and_(c.clock_state == "running", c.due_at.is_not(None))
        late = case((c.overdue, True), (and_(running, c.due_at <= now), True), else_=False)
        near = and_(~late, running, c.due_at <= soon)
        age = func.extract("epoch", now - c.registered_at) / 86400
        statement = select(
            c.unit,
            func.count().label("open"),
            func.count().filter(late).label("overdue"),
            func.count().filter(near).label("soon"),
            func.percentile_cont(0.5).within_group(age).label("days"),
        )
        wanted = statement.where(scope, c.stage.notin_(NOT_OPEN), c.merged_into.is_(None))
        return await rows(self._engine, wanted.group_by(c.unit).order_by(func.count().desc()))

    async def flow(self, scope: ColumnElement[bool]) -> Sequence[AnyRow]:
        """How many open cases of each holder lie with each department."""
        c = CASES.c
        parts = select(c.unit, func.unnest(c.departments).label("department"))
        spread = parts.where(scope, c.stage.notin_(NOT_OPEN), c.merged_into.is_(None)).subquery()
        counted = select(spread.c.unit, spread.c.department, func.count().label("cases"))
        return await rows(self._engine, counted.group_by(spread.c.unit, spread.c.department))

    async def stages(self, scope: ColumnElement[bool]) -> Sequence[AnyRow]:
        """How many open cases are at each stage."""
        c = CASES.c
        wanted = select(c.stage, func.count().label("cases")).where(scope, c.stage.notin_(NOT_OPEN))
        return await rows(self._engine, wanted.group_by(c.stage))

    async def follow_up(self, scope: ColumnElement[bool], limit: int) -> Sequence[AnyRow]:
        """Cases on the follow-up list (挂账), the oldest first."""
        c = CASES.c
        wanted = select(c.case_no, c.matter, c.unit, c.registered_at).where(scope, c.follow_up)
        return await rows(self._engine, wanted.order_by(c.registered_at).limit(limit))
