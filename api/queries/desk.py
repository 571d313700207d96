"""Numbers allotted and consultations at the counter (登记凭据与当场咨询)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.keys import keep_key, move_key
from api.queries.rows import AnyRow, next_number, rows, table_of, transaction
from models.aggregate import Command
from models.organisation import Unit
from models.personal import keys_in
from models.tables import AdviceRow, CaseRow, RegistrationRow, SerialRow

REGISTRATIONS, ADVICE, CASES = table_of(RegistrationRow), table_of(AdviceRow), table_of(CaseRow)
SERIALS = table_of(SerialRow)


class DeskQueries:
    """What the counter writes before there is a case."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def registration(self, actor: str, key: str) -> AnyRow | None:
        """What this person registered under this key, or None."""
        c = REGISTRATIONS.c
        found = await rows(self._engine, select(REGISTRATIONS).where(and_(c.actor == actor, c.key == key)))
        return found[0] if found else None

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

        Raises IntegrityError when the key was used at the same moment; then nothing is allotted.
        """
        async with transaction(self._engine) as connection:
            case_no = await next_number(connection, division, now)
            row = {"actor": actor, "key": key, "body_digest": body_digest, "command": command, "at": now}
            await connection.execute(insert(REGISTRATIONS).values(case_no=case_no, **row))
            await keep_key(connection, {**case_key, "case_no": case_no}, pieces)
        return case_no

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
        found = await rows(self._engine, select(c.case_no, c.command).where(where).order_by(c.at).limit(100))
        return [(row[0], row[1]) for row in found]

    async def keep_advice(self, unit: Unit, actor: str, key: str | None, said: dict[str, Any]) -> AnyRow:
        """Keep a consultation under its own number; the same key gives the same one."""
        c, now = ADVICE.c, datetime.now(UTC)
        mine = select(ADVICE).where(and_(c.actor == actor, c.key == key))
        if key and (known := await rows(self._engine, mine)):
            return known[0]
        try:
            async with transaction(self._engine) as connection:
                no = await next_number(connection, unit.division, now, "Z")
                row = {"advice_no": no, "district": unit.district, "at": now, "actor": actor, "key": key or no}
                return (await connection.execute(insert(ADVICE).values(**row, **said).returning(ADVICE))).one()
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
        found = await rows(self._engine, select(ADVICE).where(*wanted).order_by(c.at.desc()).limit(limit))
        count = await rows(self._engine, select(func.count()).select_from(ADVICE).where(*wanted))
        return found, int(count[0][0])

    async def one_advice(self, advice_no: str) -> AnyRow | None:
        """One consultation, or None."""
        found = await rows(self._engine, select(ADVICE).where(ADVICE.c.advice_no == advice_no))
        return found[0] if found else None

    async def advice_became(self, advice_no: str, case_no: str) -> None:
        """Note which case a consultation became, once."""
        mine = and_(ADVICE.c.advice_no == advice_no, ADVICE.c.case_no.is_(None))
        async with transaction(self._engine) as connection:
            await connection.execute(update(ADVICE).where(mine).values(case_no=case_no))
