"""Reading the register of inquiries (倒查台账查询), and keeping openings of new ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, and_, cast, delete, exists, func, insert, literal, select
from sqlalchemy.exc import IntegrityError

from api.queries.ledger import LedgerQueries, entries_of
from api.queries.rows import AnyRow, rows, table_of, transaction
from api.queries.stored import restored
from models.actions import Action
from models.aggregate import Command
from models.inquiry import Inquiry
from models.ledger import Entry
from models.tables import EntryRow, InquiryEntryRow, InquiryOpeningRow, InquiryRow

INQUIRIES, OPENINGS = table_of(InquiryRow), table_of(InquiryOpeningRow)
INQUIRY_ENTRIES, ENTRIES = table_of(InquiryEntryRow), table_of(EntryRow)

TRIES = 5


class InquiryQueries(LedgerQueries):
    """Reads inquiries; writes only openings."""

    ledger = INQUIRY_ENTRIES

    async def of_case(self, case_no: str) -> list[Inquiry]:
        """The inquiries of a case, in the order in which they were opened."""
        c = INQUIRIES.c
        states = await rows(self._engine, select(c.state).where(c.of_case == case_no).order_by(c.case_no))
        return await restored(self._rules, Inquiry, states)

    async def one(self, case_no: str, inquiry_id: str) -> Inquiry | None:
        """An inquiry of this case, or None."""
        return next((inquiry for inquiry in await self.of_case(case_no) if inquiry.state.case_no == inquiry_id), None)

    async def entries_of_case(self, case_no: str) -> list[Entry]:
        """All entries of the inquiries of a case, each with how far the case had come when it was recorded."""
        e, i = INQUIRY_ENTRIES, INQUIRIES.c
        wanted = select(e).join(INQUIRIES, i.case_no == e.c.case_no).where(i.of_case == case_no)
        return entries_of(e, await rows(self._engine, wanted.order_by(e.c.case_no, e.c.seq)))

    async def noticed(self, unit: str) -> list[Inquiry]:
        """Inquiries into this unit that found something (see `models.inquiry.appeal.noticed`)."""
        c = INQUIRIES.c
        mine = and_(c.units.contains([unit]), c.stage != "open")
        states = await rows(self._engine, select(c.state).where(mine).order_by(c.case_no))
        return await restored(self._rules, Inquiry, states)

    async def earlier_findings(self, persons: Sequence[str]) -> int:
        """Closed inquiries that found the attitude of one of these persons at fault; the most of any of them."""
        c = INQUIRIES.c
        counts = [0]
        for person in persons:
            where = and_(c.persons.contains([person]), c.attitude, c.closed)
            counts.append((await rows(self._engine, select(func.count()).select_from(INQUIRIES).where(where)))[0][0])
        return max(counts)

    async def keep_opening(self, of_case: str, cause: str, *, own: bool, command: Command) -> AnyRow:
        """Keep an opening under the next number of the case; the same cause gives the same one."""
        c = OPENINGS.c
        mine = select(OPENINGS).where(and_(c.of_case == of_case, c.cause == cause))
        numbers = cast(func.substring(c.case_no, r"-Q(\d+)$"), Integer)
        number = select(func.coalesce(func.max(numbers), 0) + 1).where(c.of_case == of_case).scalar_subquery()
        for _ in range(TRIES):
            if known := await rows(self._engine, mine):
                return known[0]
            values = {
                "case_no": literal(f"{of_case}-Q").concat(cast(number, Text)),
                "of_case": of_case,
                "own": own,
                "cause": cause,
                "command": command.model_dump(mode="json"),
                "at": datetime.now(UTC),
            }
            try:
                async with transaction(self._engine) as connection:
                    return (await connection.execute(insert(OPENINGS).values(values).returning(OPENINGS))).one()
            except IntegrityError:
                continue  # another was kept at the same moment: the same one, or one that took the number
        raise RuntimeError(f"no number for an inquiry of {of_case}")

    async def drop_opening(self, inquiry_id: str) -> None:
        """Forget an opening: the command that would have caused it was refused."""
        async with transaction(self._engine) as connection:
            await connection.execute(delete(OPENINGS).where(OPENINGS.c.case_no == inquiry_id))

    async def not_opened(self, older_than: timedelta) -> list[tuple[AnyRow, bool]]:
        """Openings that were not carried out, each with whether its cause came about."""
        c, e = OPENINGS.c, ENTRIES.c
        caused = exists().where(and_(e.case_no == c.of_case, e.command_id == c.cause)).label("caused")
        opened = exists().where(INQUIRIES.c.case_no == c.case_no)
        where = and_(~opened, c.at < datetime.now(UTC) - older_than)
        openings = await rows(self._engine, select(OPENINGS, caused).where(where).limit(100))
        return [(row, bool(row.caused)) for row in openings]

    async def remedies_not_ordered(self, older_than: timedelta) -> list[dict[str, Any]]:
        """States of inquiries whose remedy the case has not heard of."""
        i, e, o = INQUIRIES.c, ENTRIES.c, OPENINGS.c
        heard = exists().where(
            and_(e.case_no == i.of_case, e.action == Action.REMEDY_ORDERED, e.command_id == remedy_id())
        )
        where = and_(i.state.has_key("remedy"), ~heard, o.at < datetime.now(UTC) - older_than)
        wanted = select(i.state).join(OPENINGS, o.case_no == i.case_no).where(where).limit(100)
        return [Inquiry.from_form(row.state).state.model_dump(mode="json") for row in await rows(self._engine, wanted)]


def remedy_id() -> Any:
    """The id of the command that orders a remedy, as the database works it out: it names no inquiry."""
    return literal("~remedy-").concat(func.substr(func.md5(INQUIRIES.c.case_no), 1, 12))
