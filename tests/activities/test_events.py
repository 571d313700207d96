"""The event log on a real PostgreSQL: one gap-free order, whoever writes, whoever dies."""

import asyncio
import random
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import Connection
from psycopg_pool import AsyncConnectionPool

from activities.followers.events import AT_ONCE, BATCH, GATHER_SECONDS, Event, EventLog, Follower
from activities.platform.leader import lead
from ops.processes import end, start
from tests.activities.follower import NAME, SECONDS, follow
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("events")]

ENTRY = """
INSERT INTO entries (case_no, seq, at, action, actor, role, unit, command_id, detail, prev, hash)
VALUES (%s, %s, now(), 'noted', 'a', 'clerk', 'u', '', '{"text": "x"}', '', '')
"""
Place = tuple[str, int]


def connect(address: str) -> Connection:
    return psycopg.connect(address, autocommit=True)


def write(connection: Connection, case_no: str, seq: int) -> None:
    connection.execute(ENTRY, (case_no, seq))


async def with_log(address: str, work: Callable[[EventLog], Awaitable[None]]) -> None:
    async with AsyncConnectionPool(address, min_size=1, max_size=6, open=False, kwargs={"autocommit": True}) as pool:
        await work(EventLog(pool))


def publish(address: str) -> list[Place]:
    """Publish once; the whole log then."""
    found: list[Place] = []

    async def work(log: EventLog) -> None:
        await log.publish()
        events = await log.after(0, 1_000_000)
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        found.extend((event.case_no, event.seq) for event in events)

    asyncio.run(with_log(address, work))
    return found


def numbered(address: str) -> int:
    with connect(address) as connection:
        [newest] = connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone() or [0]
    return int(newest)


def test_an_event_is_the_entry_under_a_number(database: str) -> None:
    with connect(database) as writer:
        write(writer, "A", 1)

    async def work(log: EventLog) -> None:
        [event] = await log.publish()
        assert await log.publish() == []
        assert [event] == await log.after(0, 10)
        assert (event.number, event.case_no, event.seq, event.detail) == (1, "A", 1, {"text": "x"})
        assert await log.after(1, 10) == []

    asyncio.run(with_log(database, work))


def test_an_open_transaction_holds_nobody_up_and_leaves_no_gap(database: str) -> None:
    with connect(database) as early, connect(database) as late:
        with early.transaction():
            write(early, "A", 1)
            write(late, "B", 1)
            assert publish(database) == [("B", 1)]
        assert publish(database) == [("B", 1), ("A", 1)]


def test_what_is_rolled_back_gets_no_number(database: str) -> None:
    with connect(database) as writer:
        with suppress(psycopg.errors.UniqueViolation), writer.transaction():
            write(writer, "A", 1)
            write(writer, "A", 1)
        write(writer, "B", 1)
    assert publish(database) == [("B", 1)]


def test_a_case_keeps_its_order_though_its_transactions_overlap(database: str) -> None:
    with connect(database) as older, connect(database) as newer:
        with older.transaction():
            write(older, "B", 1)
            write(newer, "A", 1)
            write(older, "A", 2)
            assert publish(database) == [("A", 1)]
            write(older, "A", 3)
        assert publish(database) == [("A", 1), ("B", 1), ("A", 2), ("A", 3)]


def test_the_district_is_the_one_where_the_case_was(database: str) -> None:
    columns = (
        "case_no, seq, head, district, unit, readers, first_receiver, stage, channel, request_type, matter, search,"
        " departments, clock_state, overdue, registered_at, breaches, linked, calendar_version, finished, drafts,"
        " follow_up, waits, state"
    )
    both = f"""
        WITH entry AS ({ENTRY})
        INSERT INTO cases ({columns}) VALUES (%s, 1, '', %s, '', '{{}}', '', '', '', '', '', '', '{{}}', '', false,
            now(), 0, '{{}}', 0, false, false, false, '{{}}', '{{}}')
        ON CONFLICT (case_no) DO UPDATE SET district = excluded.district
    """
    with connect(database) as writer:
        writer.execute(both, ("A", 1, "A", "xiaoshan"))
        writer.execute(both, ("A", 2, "A", "fuyang"))
        write(writer, "B", 1)
        publish(database)
        found = writer.execute("SELECT case_no, seq, district FROM events ORDER BY number").fetchall()
    assert found == [("A", 1, "xiaoshan"), ("A", 2, "fuyang"), ("B", 1, None)]


WRITERS, CASES, ROUNDS = 8, 6, 60


def write_much(address: str, number: int, written: list[Place]) -> None:
    """Transactions of one writer: some long, some rolled back, of several entries and cases."""
    chance, seqs = random.Random(number), dict.fromkeys((f"{number}-{case}" for case in range(CASES)), 0)
    with connect(address) as connection:
        for _ in range(ROUNDS):
            chosen = chance.sample(sorted(seqs), chance.randint(1, 3))
            keeps = chance.random() > 0.2
            with connection.transaction(force_rollback=not keeps):
                for case_no in chosen:
                    for step in range(1, chance.randint(2, 4)):
                        write(connection, case_no, seqs[case_no] + step)
                        if keeps:
                            written.append((case_no, seqs[case_no] + step))
                if chance.random() < 0.1:
                    time.sleep(chance.uniform(0.0, 0.3))
            for case_no in chosen:
                seqs[case_no] = max([seq for place, seq in written if place == case_no], default=0)


def test_many_writers_give_one_order_that_no_reader_sees_change(database: str) -> None:
    written: list[list[Place]] = [[] for _ in range(WRITERS)]
    threads = [threading.Thread(target=write_much, args=(database, n, written[n])) for n in range(WRITERS)]
    seen: list[Event] = []

    async def work(log: EventLog) -> None:
        for thread in threads:
            thread.start()
        last = False
        while not last:
            last = not any(thread.is_alive() for thread in threads)
            await asyncio.gather(*(log.publish() for _ in range(3)))
            seen.extend(await log.after(len(seen), 1_000_000))
        assert seen == await log.after(0, 1_000_000), "what was seen once stays as it was"

    asyncio.run(with_log(database, work))
    places = [(event.case_no, event.seq) for event in seen]
    assert [event.number for event in seen] == list(range(1, len(seen) + 1))
    assert sorted(places) == sorted(place for one in written for place in one)
    assert len(places) > WRITERS * ROUNDS
    last: dict[str, int] = {}
    for case_no, seq in places:
        assert seq == last.get(case_no, 0) + 1
        last[case_no] = seq


def follower(address: str, file: Path) -> psutil.Popen:
    with open(file, "wb") as log:
        return start([sys.executable, "-m", "tests.activities.follower", address], log=log)


def handled(file: Path) -> list[int]:
    return [int(line) for line in file.read_text(encoding="utf-8").splitlines()]


def position(address: str, name: str = NAME) -> int:
    with connect(address) as connection:
        found = connection.execute("SELECT position FROM followers WHERE name = %s", (name,)).fetchone()
    return int(found[0]) if found else 0


def following(log: EventLog, **followers: Follower) -> asyncio.Task[None]:
    """What the process `followers` does with these followers."""
    return asyncio.create_task(lead(log.pool, NAME, partial(follow, log.pool, followers)))


MOST_REPEATED = round(2 * GATHER_SECONDS / SECONDS)
"""What is done between two writings down, and as much again for a slow machine."""


def test_a_killed_follower_repeats_nothing_acknowledged_and_another_takes_over(database: str, tmp_path: Path) -> None:
    events, kills = 500, 3
    with connect(database) as writer:
        for seq in range(1, events + 1):
            write(writer, "A", seq)
    files = [tmp_path / f"{number}" for number in range(kills + 1)]
    processes = [follower(database, files[0])]
    known: list[tuple[int, list[int]]] = []
    try:
        for kill in range(kills):
            enough = position(database) + 60
            until(lambda enough=enough: position(database) >= enough)
            processes.append(follower(database, files[kill + 1]))
            until(lambda enough=enough: position(database) >= enough + 60)
            assert handled(files[kill + 1]) == [], "only one follows"
            processes[kill].send_signal(signal.SIGKILL)
            processes[kill].wait()
            known.append((position(database), handled(files[kill])))
        until(lambda: position(database) == events)
    finally:
        end(processes)
    done = 0
    for acknowledged, numbers in [*known, (events, handled(files[kills]))]:
        assert numbers == list(range(done + 1, numbers[-1] + 1)), "in order, from the last acknowledged one on"
        assert acknowledged <= numbers[-1] <= acknowledged + MOST_REPEATED
        done = acknowledged
    assert done == events


def test_an_event_that_fails_is_tried_again_and_only_its_follower_waits(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.followers.events.FIRST_RETRY", 0.01)
    with connect(database) as writer:
        for seq in (1, 2, 3):
            write(writer, "A", seq)
    tried: list[int] = []
    other: list[int] = []

    async def handle(event: Event) -> bool:
        tried.append(event.number)
        if event.number == 2 and position(database, "other") < 3:
            assert position(database) <= 1
            raise RuntimeError("对方没有应答")
        return True

    async def easy(event: Event) -> bool:
        other.append(event.number)
        return True

    async def work(log: EventLog) -> None:
        task = following(log, **{NAME: Follower(handle), "other": Follower(easy)})
        await asyncio.to_thread(until, lambda: position(database) == 3)
        task.cancel()

    asyncio.run(with_log(database, work))
    assert other == [1, 2, 3]
    assert [tried[0], tried[-1]] == [1, 3]
    assert tried.count(2) == len(tried) - 2 >= 2


def test_a_follower_is_given_what_it_wants_and_passes_over_the_rest(database: str) -> None:
    """Also where there is more to pass over than is kept in memory, and where nobody is there to do it for."""
    with connect(database) as writer:
        for seq in range(1, AT_ONCE + BATCH):
            write(writer, "A", seq)
        writer.execute(ENTRY.replace("'noted'", "'assigned'"), ("B", 1))
    given: list[str] = []
    asked = 0

    async def handle(event: Event) -> bool:
        given.append(event.case_no)
        return True

    async def nobody() -> bool:
        nonlocal asked
        asked += 1
        return False

    async def work(log: EventLog) -> None:
        wanted = frozenset({"assigned"})
        followers = {NAME: Follower(handle, wanted), "idle": Follower(handle, wanted, nobody)}
        task = following(log, **followers)
        last = AT_ONCE + BATCH
        await asyncio.to_thread(until, lambda: position(database) == position(database, "idle") == last)
        task.cancel()

    asyncio.run(with_log(database, work))
    assert (given, asked) == (["B"], 1)


def test_an_entry_is_handed_on_at_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By notification: the net is far away."""
    monkeypatch.setattr("activities.followers.events.NET_SECONDS", 600.0)
    seen: list[float] = []

    async def handle(event: Event) -> bool:
        seen.append(time.monotonic())
        return True

    def write_some() -> list[float]:
        written = []
        with connect(database) as writer:
            for seq in (1, 2, 3):
                time.sleep(2 * GATHER_SECONDS)
                write(writer, "A", seq)
                written.append(time.monotonic())
            until(lambda: position(database) == 3)
        return written

    async def work(log: EventLog) -> None:
        task = following(log, **{NAME: Follower(handle)})
        written = await asyncio.to_thread(write_some)
        task.cancel()
        assert max(saw - wrote for saw, wrote in zip(seen, written, strict=True)) < GATHER_SECONDS + 0.2

    asyncio.run(with_log(database, work))


def test_what_another_process_has_numbered_is_found(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.followers.events.NET_SECONDS", 0.5)
    seen: list[int] = []

    async def handle(event: Event) -> bool:
        seen.append(event.number)
        return True

    def elsewhere() -> None:
        with connect(database) as writer:
            until(lambda: seen == [1])
            with writer.transaction():  # written and numbered in one step: nobody is woken before the number is there
                write(writer, "A", 2)
                writer.execute("DELETE FROM outbox")
                writer.execute("INSERT INTO events (number, case_no, seq) VALUES (2, 'A', 2)")
            until(lambda: seen == [1, 2])
            write(writer, "A", 3)
            until(lambda: position(database) == 3)

    async def work(log: EventLog) -> None:
        task = following(log, **{NAME: Follower(handle)})
        await asyncio.to_thread(elsewhere)
        task.cancel()

    with connect(database) as writer:
        write(writer, "A", 1)
    asyncio.run(with_log(database, work))
    assert seen == [1, 2, 3]


def test_a_follower_outlives_the_loss_of_its_sessions(database: str) -> None:
    seen: list[int] = []

    async def handle(event: Event) -> bool:
        seen.append(event.number)
        return True

    def cut_off() -> None:
        with connect(database) as writer:
            write(writer, "A", 1)
            until(lambda: position(database) == 1)
            writer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            write(writer, "A", 2)
            until(lambda: position(database) == 2)

    async def work(log: EventLog) -> None:
        task = following(log, **{NAME: Follower(handle)})
        await asyncio.to_thread(cut_off)
        task.cancel()

    asyncio.run(with_log(database, work))
    assert seen == [1, 2]
