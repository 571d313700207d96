"""Every SELECT of the doors, and the few rows that they write themselves (查询)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.calendar import BusinessCalendar
from models.calendar_years import YearOverlay, build_calendar
from models.case import Case, State
from models.ledger import BEIJING
from models.organisation import Organisation, Unit
from models.tables import (
    AccessRow,
    AdviceRow,
    CalendarChangeRow,
    CaseRow,
    EntryRow,
    RegistrationRow,
    SerialRow,
    StaffRow,
    UnitRow,
)

SCOPE_COLUMNS = (
    CaseRow.case_no,
    CaseRow.district,
    CaseRow.unit,
    CaseRow.readers,
    CaseRow.departments,
    CaseRow.first_receiver,
    CaseRow.state,
)


@dataclass(frozen=True)
class Found:
    """A case as the register holds it, with what scope asks for."""

    case_no: str
    district: str
    unit: str
    readers: Sequence[str]
    departments: Sequence[str]
    first_receiver: str
    case: Case


class Queries:
    """Reads the register and the tables beside it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def rows(self, statement: Any) -> Sequence[Row[Any]]:
        """All rows of a statement."""
        async with self.engine.connect() as connection:
            return (await connection.execute(statement)).all()

    async def case(self, case_no: str) -> Found | None:
        """One case, or None."""
        rows = await self.rows(select(*SCOPE_COLUMNS).where(CaseRow.case_no == case_no))  # type: ignore[call-overload]
        if not rows:
            return None
        *scope, state = rows[0]
        return Found(*scope, case=Case.from_state(State.model_validate(state)))

    async def cases(self, condition: ColumnElement[bool], limit: int, after: tuple[datetime, str] | None) -> Sequence[Row[Any]]:
        """A page of cases, newest registration first."""
        columns: Any = CaseRow
        where = condition
        if after:
            where = and_(where, tuple_(columns.registered_at, columns.case_no) < tuple_(*after))
        statement = (
            select(CaseRow.__table__)  # type: ignore[attr-defined]
            .where(where)
            .order_by(columns.registered_at.desc(), columns.case_no.desc())
            .limit(limit)
        )
        return await self.rows(statement)

    async def count(self, condition: ColumnElement[bool]) -> int:
        """How many cases fit."""
        return int((await self.rows(select(func.count()).select_from(CaseRow).where(condition)))[0][0])

    async def entries(self, case_no: str, after: int, limit: int) -> Sequence[Row[Any]]:
        """A stretch of the timeline."""
        columns: Any = EntryRow
        table = EntryRow.__table__  # type: ignore[attr-defined]
        where = and_(columns.case_no == case_no, columns.seq > after)
        return await self.rows(select(table).where(where).order_by(columns.seq).limit(limit))

    async def entry(self, case_no: str, seq: int) -> Row[Any] | None:
        """One entry of the timeline, or None."""
        rows = await self.entries(case_no, seq - 1, 1)
        return rows[0] if rows and rows[0].seq == seq else None

    async def children(self, case_no: str, *, open_only: bool = False) -> list[str]:
        """The cases of a group (群体件), all or those not yet ended."""
        columns: Any = CaseRow
        where = columns.parent == case_no
        if open_only:
            ended = ("resolved", "evaluated", "archived", "declined", "withdrawn")
            where = and_(where, columns.stage.notin_(ended), columns.merged_into.is_(None))
        return [row[0] for row in await self.rows(select(columns.case_no).where(where).order_by(columns.case_no))]

    async def linked_from(self, case_no: str) -> list[dict[str, str]]:
        """Cases that name this one, with what they say it is to them."""
        columns: Any = CaseRow
        rows = await self.rows(
            select(columns.case_no, columns.merged_into, columns.state["links"]).where(columns.linked.contains([case_no]))
        )
        found = []
        for other, merged_into, links in rows:
            if merged_into == case_no:
                found.append({"case_no": other, "kind": "merged_here"})
            kinds = [link["kind"] for link in links or [] if link["case_no"] == case_no]
            found += [{"case_no": other, "kind": kind, "from": "there"} for kind in kinds]
        return found

    async def breaches(self, applicant: str | None, besides: str) -> int:
        """Promises that this applicant broke in other cases."""
        if applicant is None:
            return 0
        columns: Any = CaseRow
        where = and_(columns.applicant_key == applicant, columns.case_no != besides)
        return int((await self.rows(select(func.coalesce(func.sum(columns.breaches), 0)).where(where)))[0][0])

    async def likely_duplicates(self, applicant: str | None, matter: str, besides: str, days: int) -> list[dict[str, Any]]:
        """Other cases of the same person and matter within a window of days (疑似重复)."""
        if applicant is None:
            return []
        columns: Any = CaseRow
        since = datetime.now(UTC) - timedelta(days=days)
        where = and_(
            columns.applicant_key == applicant,
            columns.matter == matter,
            columns.case_no != besides,
            columns.registered_at >= since,
        )
        rows = await self.rows(select(columns.case_no, columns.stage, columns.unit).where(where).limit(20))
        return [{"case_no": row[0], "stage": row[1], "unit": row[2]} for row in rows]

    # -- numbers -------------------------------------------------------------------------------------

    async def registration(self, actor: str, key: str) -> RegistrationRow | None:
        """What was registered under this key by this person, or None."""
        table = RegistrationRow.__table__  # type: ignore[attr-defined]
        columns: Any = RegistrationRow
        rows = await self.rows(select(table).where(and_(columns.actor == actor, columns.key == key)))
        return RegistrationRow(**rows[0]._mapping) if rows else None

    async def allot(self, division: str, now: datetime, actor: str, key: str, body_digest: str, command: dict[str, Any]) -> str:
        """Allot the next number and keep the request under its key, in one transaction.

        Raises IntegrityError when the key was used at the same moment; then nothing is allotted.
        """
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="READ COMMITTED")
            async with connection.begin():
                case_no = await _next_number(connection, division, now)
                row = {"actor": actor, "key": key, "body_digest": body_digest, "command": command, "at": now}
                await connection.execute(insert(RegistrationRow).values(case_no=case_no, **row))
        return case_no

    async def not_started(self, older_than: timedelta) -> list[tuple[str, dict[str, Any]]]:
        """Numbers allotted whose case never reached the register (待补启动)."""
        columns: Any = RegistrationRow
        known = select(CaseRow.case_no).where(CaseRow.case_no == columns.case_no).exists()
        where = and_(~known, columns.at < datetime.now(UTC) - older_than)
        rows = await self.rows(select(columns.case_no, columns.command).where(where).order_by(columns.at).limit(100))
        return [(row[0], row[1]) for row in rows]

    # -- consultations at the counter ----------------------------------------------------------------

    async def keep_advice(self, unit: Unit, actor: str, key: str | None, said: dict[str, Any]) -> AdviceRow:
        """Keep a consultation under its own number; the same key gives the same one."""
        columns: Any = AdviceRow
        table = AdviceRow.__table__  # type: ignore[attr-defined]
        now = datetime.now(UTC)
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="READ COMMITTED")
            async with connection.begin():
                mine = and_(columns.actor == actor, columns.key == (key or ""))
                known = (await connection.execute(select(table).where(mine))).first() if key else None
                if known:
                    return AdviceRow(**known._mapping)
                advice_no = await _next_number(connection, unit.division, now, "Z")
                row = {"advice_no": advice_no, "district": unit.district, "at": now, "actor": actor, "key": key or advice_no}
                await connection.execute(insert(AdviceRow).values(**row, **said))
        return AdviceRow(**row, **said)

    async def advice(
        self, units: Sequence[str] | None, since: datetime | None, until: datetime | None, limit: int
    ) -> tuple[Sequence[Row[Any]], int]:
        """Consultations of these units (None: of all), newest first, and how many there are."""
        columns: Any = AdviceRow
        table = AdviceRow.__table__  # type: ignore[attr-defined]
        wanted = [columns.unit.in_(units)] if units is not None else []
        if since:
            wanted.append(columns.at >= since)
        if until:
            wanted.append(columns.at < until)
        rows = await self.rows(select(table).where(*wanted).order_by(columns.at.desc()).limit(limit))
        count = await self.rows(select(func.count()).select_from(table).where(*wanted))
        return rows, int(count[0][0])

    async def one_advice(self, advice_no: str) -> AdviceRow | None:
        """One consultation, or None."""
        columns: Any = AdviceRow
        rows = await self.rows(select(AdviceRow.__table__).where(columns.advice_no == advice_no))  # type: ignore[attr-defined]
        return AdviceRow(**rows[0]._mapping) if rows else None

    async def advice_became(self, advice_no: str, case_no: str) -> None:
        """Note which case a consultation became, once."""
        columns: Any = AdviceRow
        mine = and_(columns.advice_no == advice_no, columns.case_no.is_(None))
        async with self.engine.begin() as connection:
            await connection.execute(update(AdviceRow).where(mine).values(case_no=case_no))

    # -- organisation, calendar, access -----------------------------------------------------------------

    async def organisation(self) -> Organisation:
        """The organisation as it stands."""
        rows = await self.rows(select(UnitRow.__table__))  # type: ignore[attr-defined]
        return Organisation({row.code: Unit.from_row(row._mapping) for row in rows})

    async def staff(self, username: str) -> StaffRow | None:
        """A local account, or None."""
        columns: Any = StaffRow
        rows = await self.rows(select(StaffRow.__table__).where(columns.username == username))  # type: ignore[attr-defined]
        return StaffRow(**rows[0]._mapping) if rows else None

    async def overlays(self, year: int | None = None) -> list[CalendarChangeRow]:
        """The newest change of each year (or of one), oldest year first."""
        columns: Any = CalendarChangeRow
        table = CalendarChangeRow.__table__  # type: ignore[attr-defined]
        statement = select(table).distinct(columns.year).order_by(columns.year, columns.version.desc())
        if year is not None:
            statement = statement.where(columns.year == year)
        return [CalendarChangeRow(**row._mapping) for row in await self.rows(statement)]

    async def cases_before(self, version: int) -> int:
        """How many open cases still carry an older calendar."""
        columns: Any = CaseRow
        return await self.count(and_(~columns.finished, columns.calendar_version < version))

    async def change_calendar(self, change: dict[str, Any]) -> int:
        """Keep a change of the calendar; its version."""
        async with self.engine.begin() as connection:
            statement = insert(CalendarChangeRow).values(change).returning(text("version"))
            return int((await connection.execute(statement)).scalar_one())

    async def refused(self, row: dict[str, Any]) -> None:
        """Write a refused attempt into the access log."""
        async with self.engine.begin() as connection:
            await connection.execute(insert(AccessRow).values(row))

    async def wrong_codes(self, address: str, minutes: int) -> int:
        """How many wrong query codes came from this address lately."""
        columns: Any = AccessRow
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        where = and_(columns.address == address, columns.role == "citizen", columns.status == 404, columns.at > since)
        return int((await self.rows(select(func.count()).select_from(AccessRow).where(where)))[0][0])

    async def migrated(self) -> bool:
        """Whether the database answers and holds our tables."""
        return bool(await self.rows(select(func.to_regclass("public.cases"))))


async def _next_number(connection: AsyncConnection, division: str, now: datetime, letter: str = "") -> str:
    """The next number of a division on a day, gap-free: it is allotted in the transaction that uses it."""
    series = f"{division}-{now.astimezone(BEIJING):%Y%m%d}"
    serial = pg_insert(SerialRow).values(series=series + letter, last=1)
    serial = serial.on_conflict_do_update(index_elements=["series"], set_={"last": text("serials.last + 1")})
    number = (await connection.execute(serial.returning(text("last")))).scalar_one()
    return f"{series}-{letter}{number:04d}"


def calendar_from(changes: Sequence[CalendarChangeRow], years: Sequence[int]) -> BusinessCalendar:
    """The business calendar of these years with every change laid over it."""
    overlays = [
        YearOverlay(c.year, tuple(c.workdays), tuple(c.holidays), c.source, c.published) for c in changes
    ]
    version = max((c.version for c in changes), default=0)
    return build_calendar(years, overlays, version=version)


