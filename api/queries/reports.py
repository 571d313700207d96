"""Reading the register of monthly analyses (月度分析台账查询)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, and_, any_, bindparam, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from api.queries.ledger import LedgerQueries
from api.queries.rows import AnyRow, first_row, rows, table_of
from api.queries.stored import restored
from models.report import Report
from models.tables import CaseRow, ReportCasesRow, ReportEntryRow, ReportRow

REPORTS, LEDGER = table_of(ReportRow), table_of(ReportEntryRow)
BEHIND, CASES = table_of(ReportCasesRow), table_of(CaseRow)


class ReportQueries(LedgerQueries):
    """Reads analyses; never writes them."""

    ledger = LEDGER

    async def one(self, number: str) -> Report | None:
        """An analysis, or None."""
        states = await rows(self._engine, select(REPORTS.c.state).where(REPORTS.c.case_no == number))
        return next(iter(await restored(self._rules, Report, states)), None)

    async def of_district(self, district: str | None) -> list[Report]:
        """The analyses of a district (None: of all), the newest first."""
        c = REPORTS.c
        mine: ColumnElement[bool] = c.district == district if district is not None else true()
        states = await rows(self._engine, select(c.state).where(mine).order_by(c.month.desc(), c.district).limit(200))
        return await restored(self._rules, Report, states)

    async def all_behind(self, district: str, month: str) -> dict[str, list[str]]:
        """The cases behind each figure of a frozen analysis, by the figures' names."""
        mine = and_(BEHIND.c.district == district, BEHIND.c.month == month)
        figures = await rows(self._engine, select(BEHIND.c.figure, BEHIND.c.case_nos).where(mine))
        return {row.figure: row.case_nos for row in figures}

    async def behind(self, district: str, month: str, figure: str) -> list[str] | None:
        """The cases behind a figure of a frozen analysis; None where it has none of that name."""
        c = BEHIND.c
        mine = and_(c.district == district, c.month == month, c.figure == figure)
        row = await first_row(self._engine, select(c.case_nos).where(mine))
        return list(row.case_nos) if row else None

    async def readable(
        self, numbers: Sequence[str], scope: ColumnElement[bool], after: str, most: int
    ) -> Sequence[AnyRow]:
        """Those of these cases that the scope holds, `most` at most: number, matter, holder, stage."""
        c = CASES.c
        these = c.case_no == any_(bindparam("numbers", list(numbers), type_=ARRAY(Text)))
        wanted = select(c.case_no, c.matter, c.unit, c.stage).where(and_(these, c.case_no > after, scope))
        return await rows(self._engine, wanted.order_by(c.case_no).limit(most))
