"""Where details are read, old entries are read as today's: in notices, scores, the event log, timelines and papers."""

import asyncio
from datetime import UTC, datetime

import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine

from activities.followers.events import EventLog
from activities.ledgers.as_it_stood import today
from activities.ledgers.kinds import CASES
from activities.ledgers.rules import RuleBook
from activities.ledgers.writing import append, as_read_today
from api.queries.audit import AuditQueries
from api.queries.cases import CaseQueries
from api.queries.statements import Statements
from models.aggregate import upcasting
from models.aggregate.change import Form
from models.aggregate.upcasting import NewerFormatError, Step
from models.ledger import GENESIS, Entry, first_break
from tests.models.story import Story

OLD, NEW = {"text": "已联系"}, {"words": "已联系"}


def _renamed(old: str, new: str, form: Form) -> Form:
    return {(new if name == old else name): value for name, value in form.items()}


SECOND = Step(
    state=lambda form: _renamed("district", "place", form),
    details={"noted": lambda detail: _renamed("text", "words", detail)},
)


@pytest.fixture
def story() -> Story:
    """A case of the first format, with a note."""
    found = Story().accepted().diagnosed()
    found.give("note", "clerk", text="已联系")
    return found


def test_every_reader_is_given_todays_details(
    database: str, empty: str, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = story.case.number

    async def read() -> None:
        engine = create_async_engine(empty)
        async with AsyncConnectionPool(database, min_size=1, max_size=4, kwargs={"autocommit": True}) as pool:
            async with pool.connection() as connection:
                assert await append(connection, CASES, story.case, GENESIS, story.entries, None)
            monkeypatch.setitem(upcasting.STEPS, "case", (SECOND,))
            queries = CaseQueries(engine, Statements(pool), RuleBook(pool))
            timeline = await queries.timeline(number, 0, 100)
            async with pool.connection() as connection:
                cursor = connection.cursor(row_factory=as_read_today(CASES))
                followed = await (await cursor.execute("SELECT * FROM entries ORDER BY seq")).fetchall()
            for said in (
                timeline,
                await queries.entries(number),
                followed,
                await EventLog(pool).publish(),
                await EventLog(pool).after(0, 100),
            ):
                assert [each.detail for each in said if each.action == "noted"] == [NEW]
            written = await AuditQueries(engine).ledger(CASES, number)
            assert [each.detail for each in written if each.action == "noted"] == [OLD]
            assert first_break(written) is None, "what checks hashes reads what was written"
        await engine.dispose()

    asyncio.run(read())


def test_a_stored_state_is_counted_as_todays(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(upcasting.STEPS, "case", (SECOND,))
    stood = today(story.case.form)
    assert stood["place"] == story.case.form["district"]
    assert "district" not in stood


def test_what_a_newer_release_wrote_is_not_guessed_at(database: str, story: Story) -> None:
    newer = Entry(story.case.number, 1, datetime.now(UTC), "noted", "a", "clerk", "u", "", NEW, GENESIS, "x", v=2)

    async def read() -> None:
        async with (
            AsyncConnectionPool(database, min_size=1, max_size=1, kwargs={"autocommit": True}) as pool,
            pool.connection() as connection,
        ):
            assert await append(connection, CASES, story.case, GENESIS, [newer], None)
            cursor = connection.cursor(row_factory=as_read_today(CASES))
            await cursor.execute("SELECT * FROM entries")
            with pytest.raises(NewerFormatError, match="请升级后再读"):
                await cursor.fetchall()

    asyncio.run(read())
