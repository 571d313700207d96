"""The register keeps one chain a case, whoever writes at the same moment."""

import asyncio
from datetime import UTC, datetime

from psycopg_pool import AsyncConnectionPool

from activities.register import Batch, LedgerConflictError, Register, entry_of, entry_row
from models.aggregate import By, Command
from models.case import Case
from models.codes import Role
from models.ledger import Entry, first_break
from models.row import case_row
from tests.models.walk import Walker

ROUNDS = 60


def batch(case: Case, *texts: str) -> Batch:
    """The case with these notes in one batch; the case itself stays as it was."""
    copy = Case.from_form(case.state.model_dump())
    by = By(actor="village.clerk", role=Role.CLERK, unit="village")
    entries: list[Entry] = []
    for text in texts:
        entries += copy.run(Command(name="note", by=by, body={"text": text}), datetime.now(UTC))
    return _of(copy, entries)


def _of(case: Case, entries: list[Entry]) -> Batch:
    rows = [entry_row(entry) for entry in entries]
    return Batch(entries=rows, row=case_row(case), state=case.state.model_dump_json(exclude_defaults=True))


def test_two_workers_at_the_same_place_leave_one_chain(database: str) -> None:
    """One writes a single entry, the other two: the second's second must not stand without its first."""

    async def race() -> None:
        async with AsyncConnectionPool(database, min_size=2, max_size=4, kwargs={"autocommit": True}) as pool:
            register = Register(pool)
            for number in range(ROUNDS):
                first = Case(f"race-{number:04d}")
                await register.record(_of(first, first.run(Walker(number).registration(), datetime.now(UTC))))
                written = [batch(first, "甲"), batch(first, "乙", "丙")]
                answers = await asyncio.gather(*(register.record(each) for each in written), return_exceptions=True)
                assert all(answer is None or isinstance(answer, list) for answer in answers), answers
                assert sum(answer is None for answer in answers) == 1, "one of them stands, whole"
                [ledger] = [answer for answer in answers if isinstance(answer, list)]
                assert first_break(entry_of(row) for row in ledger) is None
                async with pool.connection() as connection:
                    found = await connection.execute(
                        "SELECT head, seq FROM cases WHERE case_no = %s", (first.state.case_no,)
                    )
                    assert await found.fetchone() == (ledger[-1]["hash"], len(ledger))

    asyncio.run(race())


def test_a_fork_further_back_is_refused(database: str) -> None:
    async def fork() -> None:
        async with AsyncConnectionPool(database, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
            case = Case("fork-0001")
            entries = case.run(Walker(1).registration(), datetime.now(UTC))
            await Register(pool).record(_of(case, entries))
            wrong = batch(case, "甲")
            wrong.entries[0]["prev"] = "f" * 64
            try:
                await Register(pool).record(wrong)
            except LedgerConflictError:
                return
            raise AssertionError("a fork was accepted")

    asyncio.run(fork())
