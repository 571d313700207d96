"""Reading the register of meetings (会议台账查询)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, true

from api.queries.ledger import LedgerQueries
from api.queries.rows import rows, table_of
from api.queries.stored import restored
from models.meeting import Meeting
from models.tables import CaseRow, MeetingEntryRow, MeetingRow

MEETINGS, MEETING_ENTRIES, CASES = (table_of(t) for t in (MeetingRow, MeetingEntryRow, CaseRow))


class MeetingQueries(LedgerQueries):
    """Reads meetings; never writes them."""

    ledger = MEETING_ENTRIES

    async def one(self, number: str) -> Meeting | None:
        """A meeting, or None."""
        states = await rows(self._engine, select(MEETINGS.c.state).where(MEETINGS.c.case_no == number))
        return next(iter(await restored(self._rules, Meeting, states)), None)

    async def of_district(self, district: str | None) -> list[Meeting]:
        """The meetings of a district (None: of all), the newest first."""
        c = MEETINGS.c
        mine: ColumnElement[bool] = c.district == district if district is not None else true()
        states = await rows(self._engine, select(c.state).where(mine).order_by(c.month.desc(), c.district).limit(200))
        return await restored(self._rules, Meeting, states)

    async def readable(self, case_nos: Sequence[str], scope: ColumnElement[bool]) -> set[str]:
        """Which of these cases somebody may read."""
        c = CASES.c
        cases = await rows(self._engine, select(c.case_no).where(and_(c.case_no.in_(case_nos), scope)))
        return {row[0] for row in cases}
