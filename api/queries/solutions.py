"""一类事: drafts of rules, as the cases that they grew from hold them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of
from models.tables import CaseRow

CASES = table_of(CaseRow)


class SolutionQueries:
    """Reads the drafts; they are written by the cases' own commands."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def drafts(self, district: str | None) -> Sequence[AnyRow]:
        """Cases of a district (None: of all) with drafts: number, district, the drafts."""
        c = CASES.c
        wanted: list[ColumnElement[bool]] = [c.drafts]
        if district is not None:
            wanted.append(c.district == district)
        drafts = c.state["solutions"].label("solutions")
        return await rows(self._engine, select(c.case_no, c.district, drafts).where(and_(*wanted)).order_by(c.case_no))
