"""The register keeps one chain a case, whoever writes at the same moment, and decides nothing twice."""

import asyncio
import base64
import contextlib
import copy
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool
from temporalio.exceptions import ApplicationError

from activities import register as register_module
from activities.ledgers.answers import Answer, Request, entries_after
from activities.platform import signatures
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring
from activities.platform.signatures import LATEST, SKEW, ForgedError, Signer, check
from activities.register import ANOTHER_BODY, CONFLICT, Register
from models.aggregate import By, Command, signed_bytes
from models.case import Case
from models.codes import Role
from models.errors import Refusal
from models.ledger import GENESIS, Entry, first_break, stamp_time
from tests.models.walk import Walker

ROUNDS = 60
CLERK = By(actor="village.clerk", role=Role.CLERK, unit="village")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    path = tmp_path / "keys.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    return KeyRing(path)


@asynccontextmanager
async def pool_of(database: str) -> AsyncIterator[AsyncConnectionPool]:
    async with AsyncConnectionPool(database, min_size=2, max_size=4, kwargs={"autocommit": True}) as pool:
        yield pool


class Desk:
    """One ledger as a workflow sees it: its head, and what the register answers."""

    def __init__(self, register: Register, number: str) -> None:
        self.register, self.number = register, number
        self.entries: list[Entry] = []

    async def ask(self, command: Command | None, *, now: datetime | None = None) -> Answer:
        """One request from where this desk has come to; the answer is not taken over."""
        head, seq = (self.entries[-1].hash, self.entries[-1].seq) if self.entries else (GENESIS, 0)
        sent = {}
        if command is not None:
            sent = {"name": command.name, "command_id": command.id, "message": copy.deepcopy(command.message)}
        at = stamp_time(now or datetime.now(UTC))
        return await self.register.record(Request(ledger=self.number, head=head, seq=seq, now=at, **sent))

    async def give(self, command: Command | None) -> Answer:
        """The same, page by page, and taken over."""
        while True:
            answer = await self.ask(command)
            head, seq = (self.entries[-1].hash, self.entries[-1].seq) if self.entries else (GENESIS, 0)
            self.entries += entries_after(self.number, seq, head, answer.entries)
            if not answer.more:
                return answer

    def another(self) -> "Desk":
        """Another worker that has come as far, with a memory of its own."""
        found = Desk(Register(self.register.pool, self.register.ring), self.number)
        found.entries = list(self.entries)
        return found


def signed(ring: KeyRing, number: str, name: str, body: dict[str, Any], command_id: str, **more: Any) -> Command:
    return Signer(ring).sign(number, Command(name=name, by=CLERK, body=body, id=command_id, **more))


def note(ring: KeyRing, number: str, text: str, command_id: str) -> Command:
    return signed(ring, number, "note", {"text": text}, command_id)


async def begun(pool: AsyncConnectionPool, ring: KeyRing, number: str, seed: int = 1) -> Desk:
    desk = Desk(Register(pool, ring), number)
    opening = Walker(seed, minutes=0).registration().model_copy(update={"id": "begin"})
    answer = await desk.give(Signer(ring).sign(number, opening))
    assert answer.refused is None
    assert desk.entries[0].action == "registered"
    return desk


async def stands(pool: AsyncConnectionPool, number: str) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
    """The rows of a ledger, and head and place of its row."""
    async with pool.connection() as connection:
        rows = await connection.execute(
            "SELECT seq, action, hash FROM entries WHERE case_no = %s ORDER BY seq", (number,)
        )
        found = await rows.fetchall()
        row = await (await connection.execute("SELECT head, seq FROM cases WHERE case_no = %s", (number,))).fetchone()
    return found, row


async def form_in_row(pool: AsyncConnectionPool, number: str) -> dict[str, Any]:
    async with pool.connection() as connection:
        rows = await connection.execute("SELECT state FROM cases WHERE case_no = %s", (number,))
        row = await rows.fetchone()
    assert row is not None
    found: dict[str, Any] = row[0]
    return found


async def commands(pool: AsyncConnectionPool, number: str) -> list[str]:
    async with pool.connection() as connection:
        found = await connection.execute("SELECT id FROM commands WHERE ledger = %s ORDER BY seq", (number,))
        return [row[0] for row in await found.fetchall()]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_two_workers_at_the_same_place_leave_one_chain(database: str, ring: KeyRing) -> None:
    """Both are answered; the later one's decision stands on the earlier one's."""

    async def race() -> None:
        async with pool_of(database) as pool:
            for number in range(ROUNDS):
                first = await begun(pool, ring, f"race-{number:04d}", number)
                second = first.another()
                before = len(first.entries)
                pair = [note(ring, first.number, "甲", "key-a"), note(ring, first.number, "乙", "key-b")]
                answers = await asyncio.gather(first.give(pair[0]), second.give(pair[1]))
                assert [answer.refused for answer in answers] == [None, None]
                assert sorted((len(first.entries), len(second.entries)))[1] == before + 2
                longer = max(first.entries, second.entries, key=len)
                assert first_break(longer) is None
                rows, row = await stands(pool, first.number)
                assert [each[2] for each in rows] == [entry.hash for entry in longer]
                assert row == (longer[-1].hash, len(longer))
                assert sorted(await commands(pool, first.number)) == ["begin", "key-a", "key-b"]

    run(race())


def test_two_workers_with_the_same_command_carry_it_out_once(database: str, ring: KeyRing) -> None:
    async def race() -> None:
        async with pool_of(database) as pool:
            for number in range(ROUNDS):
                first = await begun(pool, ring, f"same-{number:04d}", number)
                second = first.another()
                before, command = len(first.entries), note(ring, first.number, "同一条", "key-same")
                answers = await asyncio.gather(first.give(command), second.give(command))
                assert [answer.refused for answer in answers] == [None, None]
                assert len(first.entries) == len(second.entries) == before + 1
                assert len((await stands(pool, first.number))[0]) == before + 1

    run(race())


def test_a_beginning_raced_by_two_leaves_one_ledger(database: str, ring: KeyRing) -> None:
    """There is no row to lock yet: who comes second leaves neither entries nor a command that counts as carried out."""

    async def race() -> None:
        async with pool_of(database) as pool:
            for number in range(ROUNDS):
                name = f"begin-{number:04d}"
                desks = [Desk(Register(pool, ring), name) for _ in range(2)]
                openings = [
                    Signer(ring).sign(name, Walker(seed, minutes=0).registration().model_copy(update={"id": key}))
                    for seed, key in ((1, "one"), (2, "two"))
                ]
                answers = await asyncio.gather(*(desk.ask(each) for desk, each in zip(desks, openings, strict=True)))
                won = [answer.refused is None for answer in answers]
                assert sorted(won) == [False, True], "the other is told that it is registered already"
                rows, row = await stands(pool, name)
                assert [each[0] for each in rows] == list(range(1, len(rows) + 1))
                assert row == (rows[-1][2], len(rows))
                assert await commands(pool, name) == [("one", "two")[won.index(True)]]
                both = [entries_after(name, 0, GENESIS, answer.entries) for answer in answers]
                assert both[0] == both[1]
                assert [entry.hash for entry in both[0]] == [each[2] for each in rows]

    run(race())


def test_a_known_key_is_answered_and_another_content_under_it_refused(database: str, ring: KeyRing) -> None:
    async def again() -> None:
        async with pool_of(database) as pool:
            desk = await begun(pool, ring, "again-0001")
            assert (await desk.give(note(ring, desk.number, "一", "key-1"))).refused is None
            stood = await stands(pool, desk.number)
            for other in (desk, desk.another()):
                answer = await other.give(note(ring, desk.number, "一", "key-1"))
                assert (answer.entries, answer.refused) == ([], None)
                answer = await other.give(note(ring, desk.number, "二", "key-1"))
                assert answer.refused is not None
                assert (answer.refused["status"], answer.refused["detail"]) == (409, ANOTHER_BODY)
            behind = Desk(Register(pool, ring), desk.number)
            answer = await behind.give(note(ring, desk.number, "一", "key-1"))
            assert answer.refused is None
            assert [entry.hash for entry in behind.entries] == [row[2] for row in stood[0]], "from the beginning"
            assert await stands(pool, desk.number) == stood

    run(again())


def test_what_stands_is_answered_in_pages(database: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page stays below its bound, the command is decided with the last, and nothing is left out or told twice."""
    monkeypatch.setattr(register_module, "PAGE_BYTES", 2_000)

    async def pages() -> None:
        async with pool_of(database) as pool:
            desk = await begun(pool, ring, "pages-0001")
            for number in range(12):
                await desk.give(note(ring, desk.number, "长" * 200, f"key-{number:03d}"))
            behind = Desk(Register(pool, ring), desk.number)
            last, asked = note(ring, desk.number, "最后", "key-last"), 0
            while True:
                answer = await behind.ask(last)
                asked += 1
                head, seq = (behind.entries[-1].hash, behind.entries[-1].seq) if behind.entries else (GENESIS, 0)
                behind.entries += entries_after(desk.number, seq, head, answer.entries)
                if not answer.more:
                    break
                assert "key-last" not in await commands(pool, desk.number)
            assert asked > 3
            assert behind.entries[: len(desk.entries)] == desk.entries
            assert [entry.command_id for entry in behind.entries[len(desk.entries) :]] == ["key-last"]
            assert first_break(behind.entries) is None

    run(pages())


def test_a_head_that_the_register_has_not_is_a_conflict(database: str, ring: KeyRing) -> None:
    """Another chain, one that is longer, and a ledger that is not there: nothing is written."""

    async def fork() -> None:
        async with pool_of(database) as pool:
            desk = await begun(pool, ring, "fork-0001")
            stood = await stands(pool, desk.number)
            request = {"ledger": desk.number, "now": stamp_time(datetime.now(UTC))}
            for changed in (
                {"head": "f" * 64, "seq": 0},
                {"head": "f" * 64, "seq": 1},
                {"head": "f" * 64, "seq": 9},
                {"head": "f" * 64, "seq": 1, "ledger": "fork-none"},
            ):
                for register in (desk.register, Register(pool, ring)):
                    with pytest.raises(ApplicationError) as error:
                        await register.record(Request(**{**request, **changed}))
                    assert error.value.type == CONFLICT
            assert await stands(pool, desk.number) == stood

    run(fork())


def test_a_row_that_was_forged_is_not_written_over(database: str, ring: KeyRing) -> None:
    """The row says one head, the state another, or an entry stands where the next one belongs: an error, no half."""

    async def forged() -> None:
        async with pool_of(database) as pool:
            for what in (
                "UPDATE cases SET head = repeat('f', 64) WHERE case_no = %s",
                "INSERT INTO entries SELECT case_no, seq + 1, at, action, actor, role, unit, 'x', detail, hash, 'f', v,"
                " command, change FROM entries WHERE case_no = %s ORDER BY seq DESC LIMIT 1",
            ):
                desk = await begun(pool, ring, f"forged-{len(what)}")
                async with pool.connection() as connection:
                    await connection.execute(what.encode(), (desk.number,))
                stood = await stands(pool, desk.number)
                with pytest.raises(Exception, match=r"overtaken|duplicate key"):
                    await desk.give(note(ring, desk.number, "不该写入", "key-x"))
                assert await stands(pool, desk.number) == stood
                assert await commands(pool, desk.number) == ["begin"]

    run(forged())


def test_nothing_that_nobody_signed_is_decided(database: str, ring: KeyRing, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    strangers = KeyRing(path)

    async def refuse() -> None:
        async with pool_of(database) as pool:
            desk = await begun(pool, ring, "signed-0001")
            stood = await stands(pool, desk.number)
            true = note(ring, desk.number, "真的", "key-t")
            now = datetime.now(UTC)
            system = By(actor="system", role=Role.SYSTEM)
            forged = {
                "no signature": true.model_copy(update={"signature": ""}),
                "another ring": note(strangers, desk.number, "真的", "key-t"),
                "another ledger": note(ring, "signed-0002", "真的", "key-t"),
                "another id": true.model_copy(update={"id": "key-u"}),
                "another name": true.model_copy(update={"name": "accept"}),
                "another body": true.model_copy(update={"body": {"text": "假的"}}),
                "another actor": true.model_copy(update={"by": CLERK.model_copy(update={"actor": "x"})}),
                "another time": true.model_copy(update={"at": stamp_time(now + timedelta(seconds=1))}),
                "a key that is not there": true.model_copy(
                    update={"signature": "door-9." + true.signature.partition(".")[2]}
                ),
                "a door for the system": _by_door_for_system(ring, desk.number, system),
                "old": Signer(ring).sign(desk.number, true, now - LATEST["door"] - timedelta(minutes=1)),
                "not yet": Signer(ring).sign(desk.number, true, now + SKEW + timedelta(minutes=1)),
            }
            for what, command in forged.items():
                answer = await desk.ask(command)
                assert answer.refused is not None, what
                assert answer.refused["status"] == 403, (what, answer.refused)
                assert answer.entries == [], what
            assert await stands(pool, desk.number) == stood
            assert (await desk.give(true)).refused is None

    run(refuse())


def test_a_signature_that_held_vouches_for_nothing_else(ring: KeyRing) -> None:
    """What was verified is remembered for a moment: it holds for this content under this key, while the ring has it."""
    number, true = "signed-0003", note(ring, "signed-0003", "真的", "key-t")
    before = signatures._verify.cache_info()
    for _ in range(2):
        check(ring, number, true)
    after = signatures._verify.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 1)
    for changed in ({"body": {"text": "假的"}}, {"id": "key-u"}, {"signature": true.signature[:-4] + "AAAA"}):
        with pytest.raises(ForgedError):
            check(ring, number, true.model_copy(update=changed))
    with pytest.raises(ForgedError):
        check(ring, "signed-0004", true)
    ring.path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")  # the same name is another key's by now
    with pytest.raises(ForgedError):
        check(KeyRing(ring.path), number, true)


def test_what_is_kept_is_what_the_row_has(database: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after refusals, and after another has written; no more ledgers are kept than are wanted."""
    monkeypatch.setattr(register_module, "KEPT", 2)

    async def walk() -> None:
        async with pool_of(database) as pool:
            walker = Walker(7, minutes=0)
            desk = await begun(pool, ring, walker.case.number, seed=7)
            for step in range(60):
                command = walker._command().model_copy(update={"id": f"step-{step}"})
                writer = desk.another() if step % 7 == 3 else desk
                signed = Signer(ring).sign(desk.number, command)
                with contextlib.suppress(Refusal):
                    walker.case.run(command, datetime.now(UTC))
                await writer.give(signed)
                desk.entries = writer.entries
                if writer is desk:
                    kept = desk.register._kept[desk.number]
                    assert kept.form == await form_in_row(pool, desk.number)
                    assert kept.state == Case.from_form(kept.form).state
            assert len(desk.entries) > 10
            for number in ("kept-0001", "kept-0002"):
                other = Desk(desk.register, number)
                opening = Walker(1, minutes=0).registration().model_copy(update={"id": "begin"})
                await other.give(Signer(ring).sign(number, opening))
            assert list(desk.register._kept) == ["kept-0001", "kept-0002"]

    run(walk())


def _by_door_for_system(ring: KeyRing, number: str, system: By) -> Command:
    """What the doors' key signs in the system's name: a Signer never does, a thief of the key would."""
    command = Command(
        name="change_calendar", by=system, body={"calendar": ""}, id="key-s", at=stamp_time(datetime.now(UTC))
    )
    key_id, private = ring.signing_key("door")
    made = base64.urlsafe_b64encode(private.sign(signed_bytes(number, command))).decode()
    return command.model_copy(update={"signature": f"{key_id}.{made}"})


def test_what_time_brought_stands_before_a_command_that_is_refused(database: str, ring: KeyRing) -> None:
    async def late() -> None:
        async with pool_of(database) as pool:
            desk = await begun(pool, ring, "late-0001")
            due = Case.from_entries(desk.number, desk.entries).next_wakeup()
            assert due is not None
            command = signed(ring, desk.number, "resolve", {}, "key-r")
            answer = await desk.ask(command, now=due)
            assert answer.refused is not None
            brought = entries_after(desk.number, desk.entries[-1].seq, desk.entries[-1].hash, answer.entries)
            assert brought
            assert {entry.actor for entry in brought} == {"system"}
            assert len((await stands(pool, desk.number))[0]) == len(desk.entries) + len(brought)

    run(late())
