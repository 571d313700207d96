"""The organisation, the calendar and the log of access (机构、日历、访问日志)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from sqlalchemy import ColumnElement, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, first_row, rows, table_of, transaction
from api.queries.statements import Statements
from models.audit.access import COLUMNS, seal_of
from models.calendar import BusinessCalendar, beijing_date
from models.calendar_years import YearOverlay, build_calendar
from models.codes import Role
from models.organisation import Organisation, Unit
from models.tables import (
    SIGN_IN,
    WRONG_CODE,
    AccessRow,
    AccessSealRow,
    CalendarChangeRow,
    StaffRow,
    UnitRow,
)

SUCCEEDED = 200
COUNTER_DAYS = 30
"""So long an address counts as a window's after its staff last worked from it."""

_COUNTER: LiteralString = """
INSERT INTO counter_addresses AS c (address, unit, seen_on) VALUES (%(address)s, %(unit)s, %(today)s)
ON CONFLICT (address, unit) DO UPDATE SET seen_on = %(today)s WHERE c.seen_on < %(today)s
"""
_IS_COUNTER: LiteralString = """
SELECT 1 FROM counter_addresses WHERE address = %(address)s AND unit = ANY(%(units)s) AND seen_on >= %(since)s LIMIT 1
"""
_ATTEMPTED: LiteralString = """
INSERT INTO access_log (at, actor, role, unit, action, case_no, status, reason, address)
VALUES (%(at)s, %(actor)s, %(role)s, %(unit)s, %(action)s, %(case_no)s, %(status)s, %(reason)s, %(address)s)
"""

UNITS, STAFF, CHANGES, ACCESS = (table_of(t) for t in (UnitRow, StaffRow, CalendarChangeRow, AccessRow))
SEALS = table_of(AccessSealRow)


class OfficeQueries:
    """Reads and writes units, accounts, calendars and the access log."""

    def __init__(self, engine: AsyncEngine, statements: Statements) -> None:
        self._engine = engine
        self._statements = statements

    async def organisation(self) -> Organisation:
        """The organisation today."""
        units = await rows(self._engine, select(UNITS))
        return Organisation({row.code: Unit.from_row(dict(row._mapping)) for row in units})

    async def staff(self, username: str) -> AnyRow | None:
        """A local account, or None."""
        return await first_row(self._engine, select(STAFF).where(STAFF.c.username == username))

    async def first_clerk(self, unit: str) -> str | None:
        """The window's first clerk, who receives pieces from other systems; None for a window without one."""
        c = STAFF.c
        clerks = select(c.username).where(and_(c.unit == unit, c.role == Role.CLERK)).order_by(c.username).limit(1)
        clerk = await first_row(self._engine, clerks)
        return str(clerk.username) if clerk else None

    async def colleagues(self, units: Sequence[str]) -> list[str]:
        """The usernames of these units' staff."""
        c = STAFF.c
        usernames = await rows(self._engine, select(c.username).where(c.unit.in_(units)).order_by(c.username))
        return [row[0] for row in usernames]

    async def note_counter(self, address: str, unit: str) -> None:
        """Keep that the staff of a window worked from this address today (窗口地址)."""
        today = beijing_date(datetime.now(UTC))
        await self._statements.run(_COUNTER, {"address": address, "unit": unit, "today": today})

    async def is_counter(self, address: str, units: Sequence[str]) -> bool:
        """Whether one of these windows worked from this address lately."""
        since = beijing_date(datetime.now(UTC)) - timedelta(days=COUNTER_DAYS)
        values = {"address": address, "units": list(units), "since": since}
        return await self._statements.one(_IS_COUNTER, values) is not None

    async def overlays(self, year: int | None = None) -> Sequence[AnyRow]:
        """The changes in force of each year (or of one): its arrangement as published, then the single days over it."""
        c = CHANGES.c
        newest = (c.year, c.published.desc(), c.version.desc())
        statement = select(CHANGES).distinct(c.year, c.published).order_by(*newest)
        return await rows(self._engine, statement.where(c.year == year) if year is not None else statement)

    async def change_calendar(self, change: dict[str, Any]) -> int:
        """Keep a change of the calendar; its version."""
        async with transaction(self._engine) as connection:
            statement = insert(CHANGES).values(change).returning(CHANGES.c.version)
            return int((await connection.execute(statement)).scalar_one())

    async def newest_calendar(self) -> int | None:
        """The version of the last change, or None."""
        newest = await rows(self._engine, select(func.max(CHANGES.c.version)))
        return int(newest[0][0]) if newest[0][0] is not None else None

    async def attempted(self, row: dict[str, Any]) -> None:
        """Write a row into the access log."""
        await self._statements.run(_ATTEMPTED, row)

    async def looked(self, actor: str, action: str, case_no: str, since: datetime) -> bool:
        """Whether this person did that with the case after `since`."""
        c = ACCESS.c
        mine = and_(c.case_no == case_no, c.actor == actor, c.action == action, c.status == SUCCEEDED, c.at > since)
        return bool(await rows(self._engine, select(c.id).where(mine).limit(1)))

    async def accesses(self, case_no: str, limit: int, before: int | None = None) -> Sequence[AnyRow]:
        """Which handlers have looked into a case, the newest first, or the newest before that one (`id`).

        Supervisors' and auditors' looks are in the log and not in here: how often they look would tell of an inquiry.
        """
        c = ACCESS.c
        mine = and_(c.case_no == case_no, c.status == SUCCEEDED, c.role.notin_((Role.SUPERVISOR, Role.AUDITOR)))
        if before is not None:
            mine = and_(mine, c.id < before)
        return await rows(self._engine, select(ACCESS).where(mine).order_by(c.id.desc()).limit(limit))

    async def access_log(
        self, actor: str | None, case_no: str | None, before: int | None, limit: int, hidden: Sequence[str]
    ) -> Sequence[AnyRow]:
        """The log, the newest first. With `hidden` actions left out, so are supervisors' and auditors' looks."""
        c = ACCESS.c
        wanted: list[ColumnElement[bool]] = []
        if actor is not None:
            wanted.append(c.actor == actor)
        if case_no is not None:
            wanted.append(c.case_no == case_no)
        if before is not None:
            wanted.append(c.id < before)
        if hidden:
            wanted += [c.action.notin_(hidden), c.role.notin_((Role.SUPERVISOR, Role.AUDITOR))]
        return await rows(self._engine, select(ACCESS).where(*wanted).order_by(c.id.desc()).limit(limit))

    async def broken_access_seal(self) -> AnyRow | None:
        """The first seal that the access log no longer fits, or None."""
        c, s = ACCESS.c, SEALS.c
        previous, after = "", 0
        for row in await rows(self._engine, select(SEALS).order_by(s.up_to)):
            stretch = select(*(c[name] for name in COLUMNS)).where(and_(c.id > after, c.id <= row.up_to)).order_by(c.id)
            accesses = [tuple(each) for each in await rows(self._engine, stretch)]
            if len(accesses) != row.count or seal_of(previous, accesses) != row.seal:
                return row
            previous, after = row.seal, row.up_to
        return None

    async def sign_in_failed(self, username: str, address: str) -> None:
        """Write a wrong password into the access log."""
        nobody = {"role": "", "unit": "", "case_no": "", "reason": "用户名或密码不正确"}
        row = {"at": datetime.now(UTC), "actor": username[:100], "action": SIGN_IN, "status": 401, "address": address}
        await self.attempted({**nobody, **row})

    async def failed_sign_ins(self, username: str, minutes: int) -> int:
        """How many wrong passwords were given for this account lately."""
        c = ACCESS.c
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        where = and_(c.actor == username[:100], c.action == SIGN_IN, c.at > since)
        return int((await rows(self._engine, select(func.count()).select_from(ACCESS).where(where)))[0][0])

    async def wrong_codes(self, address: str, minutes: int) -> int:
        """How many wrong query codes came from this address lately."""
        c = ACCESS.c
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        where = and_(c.address == address, c.action == WRONG_CODE, c.at > since)
        return int((await rows(self._engine, select(func.count()).select_from(ACCESS).where(where)))[0][0])


def calendar_from(changes: Sequence[AnyRow], years: Sequence[int]) -> BusinessCalendar:
    """The business calendar of these years with every change laid over it."""
    overlays = [YearOverlay(c.year, tuple(c.workdays), tuple(c.holidays), c.source, c.published) for c in changes]
    return build_calendar(years, overlays, version=max((c.version for c in changes), default=0))
