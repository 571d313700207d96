"""Numbers allotted and consultations at the counter (登记凭据与当场咨询)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

import orjson
from sqlalchemy import ColumnElement, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.keys import move_key
from api.queries.rows import AnyRow, first_row, next_number, rows, series_of, table_of, transaction
from api.queries.statements import Statements
from models.aggregate import Command
from models.organisation import Unit
from models.personal import keys_in
from models.tables import AdviceRow, CaseRow, RegistrationRow, SerialRow

REGISTRATIONS, ADVICE, CASES = table_of(RegistrationRow), table_of(AdviceRow), table_of(CaseRow)
SERIALS = table_of(SerialRow)


_REGISTRATION: LiteralString = """
SELECT case_no, body_digest, command FROM registrations WHERE actor = %(actor)s AND key = %(key)s
"""
_BEFORE: LiteralString = """
SELECT n.changes, r.case_no, r.body_digest, r.command
FROM (SELECT count(*) AS changes FROM calendar_changes) n
LEFT JOIN registrations r ON r.actor = %(actor)s AND r.key = %(key)s
"""
_ALLOT: LiteralString = """
WITH serial AS (
    INSERT INTO serials (series, last) VALUES (%(series)s, 1)
    ON CONFLICT (series) DO UPDATE SET last = serials.last + 1 RETURNING last
),
number AS (SELECT %(series)s || '-' || lpad(last::text, greatest(4, length(last::text)), '0') AS case_no FROM serial),
sealed AS (
    INSERT INTO case_keys (key_id, case_no, algorithm, ring_key, wrapped, made_at)
    SELECT %(key_id)s, case_no, %(algorithm)s, %(ring_key)s, %(wrapped)s, %(made_at)s FROM number
),
words AS (INSERT INTO case_words (case_no, pieces) SELECT case_no, %(pieces)s FROM number)
INSERT INTO registrations (case_no, actor, key, body_digest, command, at)
SELECT case_no, %(actor)s, %(key)s, %(body_digest)s, %(command)s::jsonb, %(at)s FROM number RETURNING case_no
"""
"""The number, the request under its key, the key of its personal words, and the digests for searches."""


class Registration(NamedTuple):
    """A number allotted under an Idempotency-Key."""

    case_no: str
    body_digest: str
    command: dict[str, Any]


class DeskQueries:
    """Rows that the counter writes before there is a case."""

    def __init__(self, engine: AsyncEngine, statements: Statements) -> None:
        self._engine = engine
        self._statements = statements

    async def registration(self, actor: str, key: str) -> Registration | None:
        """This person's registration under this key, or None."""
        row = await self._statements.one(_REGISTRATION, {"actor": actor, "key": key})
        return Registration(*row) if row else None

    async def before(self, actor: str, key: str) -> tuple[Registration | None, int]:
        """The registration under this key, or None, and how many changes of the calendar there are."""
        row = await self._statements.one(_BEFORE, {"actor": actor, "key": key})
        assert row is not None, "a count is always a row"
        changes, *registration = row
        return (Registration(*registration) if registration[0] is not None else None), int(changes)

    async def allot(
        self,
        division: str,
        now: datetime,
        actor: str,
        key: str,
        body_digest: str,
        command: dict[str, Any],
        case_key: dict[str, Any],
        pieces: Sequence[str],
    ) -> str:
        """Allot the next number, keep the request under its key, and the key of its personal words: all or nothing.

        One statement, so one transaction. Raises UniqueViolation when the key was used at the same moment; then
        nothing is allotted.
        """
        row = {"actor": actor, "key": key, "body_digest": body_digest, "at": now}
        row |= {"series": series_of(division, now), "command": orjson.dumps(command).decode(), "pieces": list(pieces)}
        number = await self._statements.one(_ALLOT, {**row, **case_key, "algorithm": str(case_key["algorithm"])})
        assert number is not None, "it answers the row that it inserts"
        return str(number[0])

    async def allot_again(self, taken: str, command: Command, used: int) -> str | None:
        """Move a registration, with its key and its words, to a number that nobody has; `taken` is another's.

        `used` is the newest serial of that day that is known anywhere. None where somebody else has moved it.
        """
        series, c = taken.rpartition("-")[0], REGISTRATIONS.c
        mine = and_(c.case_no == taken, c.command["id"].astext == command.id)
        async with transaction(self._engine) as connection:
            last = func.greatest(SERIALS.c.last, used) + 1
            raised = update(SERIALS).where(SERIALS.c.series == series).values(last=last).returning(SERIALS.c.last)
            case_no = f"{series}-{(await connection.execute(raised)).scalar_one():04d}"
            if (await connection.execute(update(REGISTRATIONS).where(mine).values(case_no=case_no))).rowcount != 1:
                return None
            await move_key(connection, taken, case_no, keys_in(command.body))
        return case_no

    async def not_started(self, older_than: timedelta) -> list[tuple[str, dict[str, Any]]]:
        """Numbers allotted whose case never reached the register (待补启动)."""
        c = REGISTRATIONS.c
        known = exists().where(CASES.c.case_no == c.case_no)
        where = and_(~known, c.at < datetime.now(UTC) - older_than)
        registrations = await rows(self._engine, select(c.case_no, c.command).where(where).order_by(c.at).limit(100))
        return [(row[0], row[1]) for row in registrations]

    async def keep_advice(self, unit: Unit, actor: str, key: str | None, fields: dict[str, Any]) -> AnyRow:
        """Keep a consultation under its own number; the same key gives the same one."""
        c, now = ADVICE.c, datetime.now(UTC)
        mine = select(ADVICE).where(and_(c.actor == actor, c.key == key))
        if key and (known := await rows(self._engine, mine)):
            return known[0]
        try:
            async with transaction(self._engine) as connection:
                no = await next_number(connection, unit.division, now, "Z")
                row = {"advice_no": no, "district": unit.district, "at": now, "actor": actor, "key": key or no}
                return (await connection.execute(insert(ADVICE).values(**row, **fields).returning(ADVICE))).one()
        except IntegrityError:
            # The same key at the same moment: the other request has kept it, and this one's number is given back.
            return (await rows(self._engine, mine))[0]

    async def advice(
        self, units: Sequence[str] | None, since: datetime | None, until: datetime | None, limit: int
    ) -> tuple[Sequence[AnyRow], int]:
        """Consultations of these units (None: of all), newest first, and how many there are."""
        c = ADVICE.c
        wanted: list[ColumnElement[bool]] = [c.unit.in_(units)] if units is not None else []
        if since:
            wanted.append(c.at >= since)
        if until:
            wanted.append(c.at <= until)
        consultations = await rows(self._engine, select(ADVICE).where(*wanted).order_by(c.at.desc()).limit(limit))
        count = await rows(self._engine, select(func.count()).select_from(ADVICE).where(*wanted))
        return consultations, int(count[0][0])

    async def one_advice(self, advice_no: str) -> AnyRow | None:
        """One consultation, or None."""
        return await first_row(self._engine, select(ADVICE).where(ADVICE.c.advice_no == advice_no))

    async def advice_became(self, advice_no: str, case_no: str) -> None:
        """Note which case a consultation became, once."""
        mine = and_(ADVICE.c.advice_no == advice_no, ADVICE.c.case_no.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(ADVICE).where(mine).values(case_no=case_no))
