"""催办阶梯: each step once, to whom it concerns, in business hours, whatever is killed."""

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from subprocess import DEVNULL

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.ledgers import kinds
from activities.ledgers.writing import append
from activities.reminders import look
from models.calendar_years import build_calendar
from models.case import Case
from models.codes import Role
from models.ledger import GENESIS
from models.reminders import audience, steps
from models.row import case_row
from models.working_time import after, between
from ops.processes import end, start
from tests.models.story import Story
from tests.models.walk import Walker

CALENDAR = build_calendar((2026,), [], version=0)
OPENING = clock_time(9)
CASES = 60

FIRST = datetime(2026, 9, 28, tzinfo=UTC)
instants = st.integers(0, 14 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
"""Around 国庆: rest days, worked weekends and nights between them."""


@given(instants, st.integers(0, 3000))
def test_working_time_is_what_a_minute_by_minute_count_gives(since: datetime, minutes: int) -> None:
    until = since + timedelta(minutes=minutes)
    slow = 0
    for n in range(minutes):
        at = since + timedelta(minutes=n)
        local = at + timedelta(hours=8)
        worked = CALENDAR.is_workday(local.date()) and local.time() >= OPENING and at < CALENDAR.close_of(local.date())
        slow += worked
    assert abs(between(CALENDAR, OPENING, since, until) - timedelta(minutes=slow)) < timedelta(minutes=1)


@given(instants, st.integers(1, 3000))
def test_after_is_the_inverse_of_between(since: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    assert between(CALENDAR, OPENING, since, after(CALENDAR, OPENING, since, amount)) == amount


def test_the_ladder_of_a_limit_follows_its_working_time() -> None:
    story = Story().accepted().diagnosed()
    ladder = {step.percent: step for step in steps(story.case) if step.key == "case"}
    assert set(ladder) == {50, 80, 100, 120}
    [limit] = [limit for key, limit in story.case.state.limits.items() if key == "case"]
    assert ladder[100].at == limit.due
    whole = between(story.case.calendar, OPENING, limit.start, limit.due)
    for percent, step in ladder.items():
        assert between(story.case.calendar, OPENING, limit.start, step.at) == whole * percent / 100


def test_what_is_overdue_is_reminded_of_until_it_is_done() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(6)
    assert "case" in story.case.state.lapsed
    assert any(step.key == "case" and step.percent == 120 for step in steps(story.case))
    story.give("resolve", "clerk", outcome="done", summary="已办", basis=["某法"], evidence=[])
    assert not story.case.state.lapsed
    assert not any(step.key == "case" for step in steps(story.case))


def test_that_nothing_happens_is_told_to_the_head_alone() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(4)
    [idle] = [step for step in steps(story.case) if step.key == "idle"]
    assert [(each.unit, each.roles) for each in audience(story.case, idle)] == [("village", (Role.HEAD,))]
    story.give("note", "clerk", text="已去电")
    assert all(step.at > story.entries[-1].at for step in steps(story.case) if step.key == "idle")


@pytest.mark.parametrize("seed", range(40))
def test_nothing_that_is_done_is_still_owed(seed: int) -> None:
    """Over random walks: what lapsed and is kept is a promise that somebody can still keep."""
    walker = Walker(seed)
    for _ in range(100):
        walker.step()
        case = walker.case
        open_ones = {a.id for a in case.open_assignments()}
        for limit in case.state.lapsed.values():
            if limit.kind in ("sign", "assignment"):
                assert limit.ref in open_ones
            if limit.kind == "case":
                assert case.state.clock.state == "running"
            if limit.kind == "accept":
                assert case.state.stage == "registered"


async def fill(address: str, cases: list[Story] | list[Walker]) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        for told in cases:
            assert await append(connection, kinds.CASES, told.case, GENESIS, told.entries, None)
        for unit, roles in (
            ("village", ("clerk", "head")),
            ("center", ("clerk", "head")),
            ("d-one", ("liaison",)),
            ("d-two", ("liaison",)),
            ("here-lead", ("lead",)),
            ("here-jw", ("supervisor", "supervisor")),
        ):
            for n, role in enumerate(roles):
                person = (f"{unit}.{role}{n}", role, unit, "", "")
                await connection.execute("INSERT INTO staff VALUES (%s, %s, %s, %s, %s)", person)


async def look_at(address: str, *times: datetime) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as session:
        for now in times:
            await look(session, now)


def told(address: str) -> Counter[tuple[str, str, str, int]]:
    """Who was told which step, how often."""
    with psycopg.connect(address) as connection:
        notes = connection.execute("SELECT username, items FROM reminder_notes").fetchall()
    return Counter((who, i["case_no"], i["limit"], i["percent"]) for who, items in notes for i in items)


def cases(count: int) -> list[Walker]:
    found = []
    for seed in range(count):
        walker = Walker(seed, profile="zhangqiu", minutes=seed * 7)
        for _ in range(12):
            walker.give(walker._command())
        found.append(walker)
    return found


@pytest.mark.system
@pytest.mark.xdist_group("events")
def test_each_step_goes_to_whom_it_concerns_in_one_note_a_person(database: str) -> None:
    story = Story(minutes=90).accepted().diagnosed()
    asyncio.run(fill(database, [story]))
    ladder = {step.percent: step.at for step in steps(story.case) if step.key == "case"}
    handlers, head, lead = "village.clerk0", "village.head1", "here-lead.lead0"
    supervisors = ["here-jw.supervisor0", "here-jw.supervisor1"]
    minute = timedelta(minutes=1)

    asyncio.run(look_at(database, ladder[50] - minute))
    assert {who for who, *_, percent in told(database) if percent == 50} == set()
    asyncio.run(look_at(database, ladder[50] + minute, ladder[50] + 2 * minute))
    assert {who for who, _, key, _ in told(database) if key == "case"} == {handlers}
    asyncio.run(look_at(database, ladder[80] + minute))
    assert {who for who, _, key, percent in told(database) if (key, percent) == ("case", 80)} == {handlers, head}
    asyncio.run(look_at(database, ladder[100] + minute))
    assert not any(key == "case" and percent == 100 for *_, key, percent in told(database)), "offices are closed"
    story.working_days(6)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DELETE FROM cases")
    case = Case.from_entries(story.case.state.case_no, story.entries)
    with psycopg.connect(database, autocommit=True) as connection:
        columns = {**case_row(case), "state": case.state.model_dump_json(exclude_defaults=True)}
        connection.execute(
            "INSERT INTO cases SELECT * FROM jsonb_populate_record(NULL::cases, %s::jsonb)",
            (orjson.dumps({**columns, "state": orjson.Fragment(columns["state"])}).decode(),),
        )
    asyncio.run(look_at(database, ladder[120] + minute))
    assert {who for who, _, key, percent in told(database) if (key, percent) == ("case", 120)} == {
        handlers,
        head,
        lead,
        *supervisors,
    }
    assert not any(key == "case" and percent == 100 for *_, key, percent in told(database)), "passed over, not told"
    with psycopg.connect(database) as connection:
        notes = connection.execute("SELECT username, made_at FROM reminder_notes").fetchall()
    assert len(notes) == len(set(notes)), "one note a person and time"


@pytest.mark.system
@pytest.mark.xdist_group("events")
def test_killed_anywhere_each_step_is_told_once(database: str, tmp_path: Path, until_dead: Callable[..., None]) -> None:
    asyncio.run(fill(database, cases(CASES)))
    times = [datetime(2026, 8, 3, 1, tzinfo=UTC) + timedelta(minutes=20 * n) for n in range(3 * 24 * 14)]
    place = tmp_path / "place"
    place.write_text("0")
    until_dead(database, place, times)
    killed = told(database)
    assert killed, "nobody was reminded of anything"
    assert set(killed.values()) == {1}
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("TRUNCATE reminders, reminder_notes, reminder_watch")
    asyncio.run(look_at(database, *times))
    assert told(database) == killed, "as without any killing"


@pytest.fixture
def until_dead() -> Callable[[str, Path, list[datetime]], None]:
    """Run the process again and again, killing it at a random moment, until it comes to its end."""

    def run(address: str, place: Path, times: list[datetime]) -> None:
        dice, kills = random.Random(4), 0
        said = ",".join(at.isoformat() for at in times)
        while int(place.read_text() or 0) < len(times):
            process = start(
                [sys.executable, "-m", "tests.activities.reminding", address, str(place), said], log=DEVNULL
            )
            patience = dice.uniform(1.0, 2.0) if kills < 7 else 60
            deadline = time.monotonic() + patience
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            if process.poll() is None:
                kills += 1
                end([process], signal.SIGKILL)
        assert kills >= 5, "it was hardly ever killed"

    return run
