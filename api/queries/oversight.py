"""Reading the register of oversight (督导台账查询), and finding tasks that are still to be opened."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, and_, exists, func, select, tuple_

from api.queries.ledger import LedgerQueries, entries_of
from api.queries.rows import AnyRow, rows, table_of
from api.queries.stored import restored
from models.access import User
from models.actions import Action
from models.codes import Role
from models.ledger import Entry
from models.oversight import Oversight
from models.oversight.aggregate import OWNED
from models.tables import InquiryEntryRow, MeetingEntryRow, OversightEntryRow, OversightRow

OVERSIGHT, OVERSIGHT_ENTRIES = table_of(OversightRow), table_of(OversightEntryRow)
INQUIRY_ENTRIES, MEETING_ENTRIES = table_of(InquiryEntryRow), table_of(MeetingEntryRow)


class OversightQueries(LedgerQueries):
    """Reads tasks and holes; never writes them."""

    ledger = OVERSIGHT_ENTRIES

    async def one(self, number: str) -> Oversight | None:
        """A task or hole, or None."""
        states = await rows(self._engine, select(OVERSIGHT.c.state).where(OVERSIGHT.c.case_no == number))
        return next(iter(await restored(self._rules, Oversight, states)), None)

    async def visible(
        self, user: User, *, closed: bool | None, kind: str | None, limit: int, after: str | None = None
    ) -> list[Oversight]:
        """Tasks that this user may read (`api.supervision.oversight.may_read`): the open first, the earliest due first.

        `after`: only tasks that follow the one of this number.
        """
        c = OVERSIGHT.c
        wanted = []
        place = (c.closed, c.state["due"].astext.cast(DateTime(timezone=True)), c.case_no)
        if after is not None:
            last = select(*place).where(c.case_no == after).subquery().c
            wanted.append(tuple_(*place) > select(*last).scalar_subquery())
        if user.role is Role.LEAD:
            wanted += [c.district == user.district, c.kind.in_(OWNED)]
        elif user.role is Role.SUPERVISOR:
            wanted.append(c.district == user.district)
        elif user.role is not Role.AUDITOR:
            wanted += [c.owner == user.unit, c.kind.in_(OWNED)]
        if closed is not None:
            wanted.append(c.closed == closed)
        if kind is not None:
            wanted.append(c.kind == kind)
        states = await rows(self._engine, select(c.state).where(and_(True, *wanted)).order_by(*place).limit(limit))
        return await restored(self._rules, Oversight, states)

    async def open_about(self, case_no: str, kind: str) -> list[str]:
        """The open tasks of a kind about a case."""
        c = OVERSIGHT.c
        mine = and_(c.kind == kind, ~c.closed, c.state["of_case"].astext == case_no)
        return [row[0] for row in await rows(self._engine, select(c.case_no).where(mine).order_by(c.case_no))]

    async def has_joined(self, case_no: str, source: str) -> bool:
        """Whether a complaint, known by its entry, was joined to a task of that case already."""
        e = OVERSIGHT_ENTRIES.c
        mine = and_(
            e.case_no.startswith(f"{case_no}-", autoescape=True),
            e.action == Action.COMPLAINT_JOINED,
            e.detail["source"].astext == source,
        )
        return bool(await rows(self._engine, select(e.seq).where(mine).limit(1)))

    async def of_source(self, source: str) -> Sequence[AnyRow]:
        """The tasks that were opened for this reason, the last one last: number, whether closed, when opened."""
        c = OVERSIGHT.c
        opened = c.state["opened_at"].astext.cast(DateTime(timezone=True)).label("opened_at")
        mine = c.source.startswith(f"{source}#", autoescape=True)
        return await rows(self._engine, select(c.case_no, c.closed, opened).where(mine).order_by(c.source))

    async def doubts_not_opened(self, older_than: timedelta) -> list[Entry]:
        """Doubts raised in meetings that are no task yet."""
        e = MEETING_ENTRIES.c
        return await self._not_opened(e, MEETING_ENTRIES, e.action == Action.DOUBT_RAISED, older_than)

    async def holes_not_opened(self, older_than: timedelta) -> list[Entry]:
        """Findings that name a hole which is in no register yet."""
        e = INQUIRY_ENTRIES.c
        return await self._not_opened(
            e, INQUIRY_ENTRIES, and_(e.action == Action.FOUND, e.detail.has_key("hole")), older_than
        )

    async def _not_opened(self, e: Any, table: Any, cause: Any, older_than: timedelta) -> list[Entry]:
        source = func.concat(e.case_no, "#", e.seq)
        opened = exists().where(OVERSIGHT.c.source == source)
        settled = e.at < func.now() - older_than
        wanted = select(table).where(and_(cause, ~opened, settled)).limit(100)
        return entries_of(table, await rows(self._engine, wanted))
