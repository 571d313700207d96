"""Rows for an audit (审计查询): as stored, not brought up to today's form."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.kinds import Kind
from api.queries.rows import AnyRow, first_row, rows, table_of
from models.ledger import Entry
from models.tables import (
    CaseKeyRow,
    CommandRow,
    EventRow,
    FollowerRow,
    HistoryRow,
    InquiryRow,
    OutboxRow,
    OversightRow,
    ScorePointRow,
)

COMMANDS = table_of(CommandRow)
EVENTS, OUTBOX, FOLLOWERS = (table_of(t) for t in (EventRow, OutboxRow, FollowerRow))
HISTORIES, POINTS = table_of(HistoryRow), table_of(ScorePointRow)


class AuditQueries:
    """Reads everything, writes nothing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ledger(self, kind: Kind, number: str) -> list[Entry]:
        """The rows of a ledger, by their places."""
        table = table_of(kind.entries)
        c = table.c
        entries = await rows(self._engine, select(table).where(c.case_no == number).order_by(c.seq))
        return [Entry(**row._mapping) for row in entries]

    async def numbers(self, kind: Kind) -> list[str]:
        """The numbers of all ledgers of a kind, also of one whose row is gone."""
        by_row, by_entry = (select(table_of(each).c.case_no) for each in (kind.rows, kind.entries))
        return sorted(str(row[0]) for row in await rows(self._engine, by_row.union(by_entry)))

    async def commands(self, number: str) -> dict[str, dict[str, Any]]:
        """The signed commands of a ledger as the register kept them, by their ids."""
        c = COMMANDS.c
        commands = await rows(self._engine, select(c.id, c.signed).where(c.ledger == number))
        return {row.id: row.signed for row in commands}

    async def key_ids(self, case_no: str) -> set[str]:
        """The names of the keys that the case's personal words are sealed with, as far as the database has them."""
        c = table_of(CaseKeyRow).c
        return {str(row[0]) for row in await rows(self._engine, select(c.key_id).where(c.case_no == case_no))}

    async def row(self, kind: Kind, number: str) -> dict[str, Any] | None:
        """The projected row of a ledger, or None."""
        table = table_of(kind.rows)
        row = await first_row(self._engine, select(table).where(table.c.case_no == number))
        return dict(row._mapping) if row else None

    async def belonging(self, case_no: str) -> tuple[list[str], list[str]]:
        """The inquiries of a case, and the tasks of supervision about it."""
        inquiries, oversight = table_of(InquiryRow), table_of(OversightRow)
        mine = select(inquiries.c.case_no).where(inquiries.c.of_case == case_no).order_by(inquiries.c.case_no)
        about = oversight.c.state["of_case"].astext == case_no
        tasks = select(oversight.c.case_no).where(about).order_by(oversight.c.case_no)
        return [r[0] for r in await rows(self._engine, mine)], [r[0] for r in await rows(self._engine, tasks)]

    async def numbered(self, case_no: str) -> list[int]:
        """The places of this case's entries that are in the event log or wait for it."""
        seqs: list[int] = []
        for table in (EVENTS, OUTBOX):
            seqs += [row[0] for row in await rows(self._engine, select(table.c.seq).where(table.c.case_no == case_no))]
        return sorted(seqs)

    async def points(self, case_no: str) -> list[tuple[int, str, str, int]]:
        """The points of this case: place, rule, subject, value."""
        c = POINTS.c
        points = await rows(self._engine, select(c.seq, c.rule, c.subject, c.value).where(c.case_no == case_no))
        return sorted((row.seq, row.rule, row.subject, row.value) for row in points)

    async def scored_up_to(self, case_no: str) -> int:
        """How far the follower of the scores has come in this case."""
        position = select(FOLLOWERS.c.position).where(FOLLOWERS.c.name == "scores").scalar_subquery()
        reached = and_(EVENTS.c.case_no == case_no, EVENTS.c.number <= position)
        return int((await rows(self._engine, select(func.coalesce(func.max(EVENTS.c.seq), 0)).where(reached)))[0][0])

    async def archived(self, workflow_id: str) -> Sequence[AnyRow]:
        """The runs of a workflow that were kept, the oldest first."""
        c = HISTORIES.c
        return await rows(self._engine, select(HISTORIES).where(c.workflow_id == workflow_id).order_by(c.started_at))
