"""Forgeries by who has the database, archive or package are found; nothing forged is trusted (proof.md P1, P9)."""

import asyncio
import base64
import copy
import dataclasses
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from temporalio.client import WorkflowHistory
from temporalio.service import RPCError

from activities.archive import pack, signed_of
from activities.ledgers.answers import short
from activities.ledgers.kinds import CASES
from activities.ledgers.writing import entry_row
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import DOOR, SYSTEM, KeyRing, new_ring
from activities.platform.signatures import Signer
from api.audit.ledgers import unsigned
from models.aggregate import By, Command, kept
from models.case import Case
from models.codes import Role
from models.ledger import Entry, seal
from ops.postgres import conninfo
from tests.api.conftest import People
from tests.api.test_archive import forget
from tests.models.walk import Walker
from workflows.platform.client import connect

FORGER = "someone.else"


# -- in process: who vouches for an entry ---------------------------------------------------------------


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    path = tmp_path / "keys.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    return KeyRing(path)


@pytest.fixture
def strangers(tmp_path: Path) -> KeyRing:
    path = tmp_path / "other.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    return KeyRing(path)


def _noted(ring: KeyRing, number: str, actor: str = "village.clerk") -> tuple[list[Entry], dict[str, dict[str, Any]]]:
    """A case with a note, and its signed commands."""
    walker, case = Walker(3, minutes=0), Case(number)
    by = By(actor=actor, role=Role.CLERK, unit="village")
    entries, commands = [], {}
    for command in (
        walker.registration().model_copy(update={"id": "begin"}),
        Command(name="note", by=by, body={"text": "一"}, id="note-1"),
    ):
        signed = Signer(ring).sign(number, command)
        entries += case.run(signed, walker.now)
        commands[signed.id] = copy.deepcopy(kept(number, signed))
    return entries, commands


def test_an_entry_is_vouched_for_by_its_own_signed_command(ring: KeyRing, strangers: KeyRing) -> None:
    number = "000000-00000003-0001"
    entries, commands = _noted(ring, number)
    place = next(entry.seq for entry in entries if entry.action == "noted")

    def found(ledger: list[Entry], sent: dict[str, Any], stored: dict[str, Any]) -> int | None:
        difference = unsigned("entries", number, ledger, sent, stored, ring)
        assert difference is None or difference.field == "command"
        return difference and difference.seq

    assert found(entries, commands, {}) is None, "by the history"
    assert found(entries, {}, commands) is None, "by the register"
    note = commands["note-1"]
    others = {
        "none": None,
        "another's": _noted(strangers, number)[1]["note-1"],
        "of another ledger": _noted(ring, "000000-00000003-0002")[1]["note-1"],
        "another's act": _noted(ring, number, actor=FORGER)[1]["note-1"],
        "without signature": {**note, "signature": ""},
        "changed": {**note, "body": {"text": "二"}},
        "broken": {"name": "note"},
    }
    for what, forged in others.items():
        stored = {**commands, "note-1": forged} if forged else {"begin": commands["begin"]}
        assert found(entries, {}, stored) == place, what
    renamed = [dataclasses.replace(entry, actor=FORGER) if entry.seq == place else entry for entry in entries]
    assert found(renamed, commands, commands) == place
    unnamed = [dataclasses.replace(entry, command="") if entry.seq == place else entry for entry in entries]
    assert found(unnamed, commands, commands) == place


# -- the database and the archive -----------------------------------------------------------------------


def verified(people: People, number: str) -> dict[str, Any]:
    answer = people.post("auditor", f"/api/audit/cases/{number}/verify")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ledger_of(people: People, number: str) -> list[Entry]:
    columns = ", ".join(field.name for field in dataclasses.fields(Entry))
    found = people.rows(f"SELECT {columns} FROM entries WHERE case_no = %s ORDER BY seq", number)
    return [Entry(*row) for row in found]


def chained(entries: list[Entry]) -> list[Entry]:
    """The entries in a chain of their own, numbered from one."""
    found: list[Entry] = []
    for entry in entries:
        prev = found[-1].hash if found else "0" * 64
        found.append(seal(dataclasses.replace(entry, seq=len(found) + 1, prev=prev, hash="")))
    return found


@contextmanager
def put(people: People, number: str, entries: list[Entry], *histories: tuple[Any, ...]) -> Iterator[None]:
    """A ledger as a forger with the database's password leaves it: chain, row, events, archive; then as it was."""
    case = Case.from_entries(number, entries)
    row = {**CASES.row(case), "state": case.form}
    with psycopg.connect(conninfo(people.system.database_url), autocommit=True) as c:
        for table, column in (("entries", "case_no"), ("cases", "case_no"), ("histories", "workflow_id")):
            c.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE {column} = '{number}'".encode())
            c.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        try:
            c.execute("DELETE FROM entries WHERE case_no = %s", (number,))
            c.execute("DELETE FROM cases WHERE case_no = %s", (number,))
            c.execute(
                "INSERT INTO entries SELECT * FROM jsonb_populate_recordset(NULL::entries, %s)",
                (Jsonb([entry_row(entry) for entry in entries]),),
            )
            c.execute("INSERT INTO cases SELECT * FROM jsonb_populate_record(NULL::cases, %s)", (Jsonb(row),))
            if histories:
                c.execute("DELETE FROM histories WHERE workflow_id = %s", (number,))
            for each in histories:
                c.execute(
                    "INSERT INTO histories (workflow_id, run_id, namespace, started_at, closed_at, build_id, events,"
                    " sha256, sm3, content, signature, archived_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
                    " now())",
                    each,
                )
            yield
        finally:
            for table, column in (("entries", "case_no"), ("cases", "case_no"), ("histories", "workflow_id")):
                c.execute(f"DELETE FROM {table} WHERE {column} = '{number}'".encode())
                c.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())
                c.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


def archived(
    number: str, history: WorkflowHistory, ring: KeyRing | None = None, whose: str = SYSTEM
) -> tuple[Any, ...]:
    """A row of the archive with digests that fit, signed where there is a key to sign with."""
    sha256, digest, content = pack(history)
    now = datetime.now(UTC)
    said = (number, history.run_id, "default", now, now, "build", len(history.events), sha256, digest)
    signature = Signer(ring, whose).sign_text(signed_of(*said)) if ring else "system-1.AAAA"
    return (*said, content, signature)


def with_plain_answers(history: WorkflowHistory, entries: list[Entry]) -> WorkflowHistory:
    """The history with the first answer of the register replaced by these entries, in plain words; the rest empty."""
    said = json.loads(history.to_json())
    answers = [{"entries": [short(entry) for entry in entries]}]
    for event in said["events"]:
        details = event.get("markerRecordedEventAttributes", {}).get("details", {})
        if "result" in details:
            plain = json.dumps(answers.pop() if answers else {"entries": []}).encode()
            metadata = {"encoding": base64.b64encode(b"json/plain").decode()}
            details["result"]["payloads"] = [{"metadata": metadata, "data": base64.b64encode(plain).decode()}]
    return WorkflowHistory.from_json(history.workflow_id, json.dumps(said))


def without_answer(history: WorkflowHistory, n: int) -> WorkflowHistory:
    """The history without its n-th answer and the command that led to it, numbered anew: nothing that needs a key."""
    said = json.loads(history.to_json())
    kinds = ("markerRecordedEventAttributes", "workflowExecutionUpdateAcceptedEventAttributes")
    gone = [[event for event in said["events"] if kind in event][n] for kind in kinds]
    said["events"] = [event for event in said["events"] if event not in gone]
    for number, event in enumerate(said["events"], start=1):
        event["eventId"] = str(number)
    return WorkflowHistory.from_json(history.workflow_id, json.dumps(said))


async def _history(people: People, number: str) -> WorkflowHistory:
    client = await connect(people.system.temporal_address, "default")
    return await client.get_workflow_handle(number).fetch_history()


def _worked_on(people: People) -> str:
    number: str = people.under_way("xw-center.clerk")
    for text in ("一", "二"):
        answer = people.post(
            "xw-center.clerk", f"/api/cases/{number}/note", {"text": text}, Idempotency_Key=uuid.uuid4().hex
        )
        assert answer.status_code == 200
    return number


@pytest.mark.system
@pytest.mark.xdist_group("api")
def test_an_archive_row_says_nothing_of_a_run_that_goes_on(people: People) -> None:
    """P1: other actors, the chain and the row made anew, and the marker's answer in plain words under the open run."""
    number = _worked_on(people)
    history = asyncio.run(_history(people, number))
    forged = chained([dataclasses.replace(entry, actor=FORGER) for entry in ledger_of(people, number)])
    with put(people, number, forged):
        assert verified(people, number)["first_difference"]["table"] == "entries"
    plain = with_plain_answers(history, forged)
    for row in (archived(number, plain), archived(number, plain, people.system.ring)):
        with put(people, number, forged, row):
            found = verified(people, number)
            assert found["verified"] is False
            assert found["first_difference"]["table"] == "histories"
    assert verified(people, number)["verified"] is True


@pytest.mark.system
@pytest.mark.xdist_group("api")
def test_what_only_the_archive_has_is_believed_by_its_signature(people: People) -> None:
    """The engine has forgotten the run: answers in plain words, and a command taken out of ledger and history alike."""
    number = _worked_on(people)
    entries = ledger_of(people, number)

    async def ended() -> WorkflowHistory:
        client = await connect(people.system.temporal_address, "default")
        await client.get_workflow_handle(number).terminate("test")
        for _ in range(120):
            if people.rows("SELECT 1 FROM histories WHERE workflow_id = %s", number):
                break
            await asyncio.sleep(0.5)
        found = await client.get_workflow_handle(number).fetch_history()
        await forget(client, number)
        for _ in range(300):
            listed = [e async for e in client.list_workflows(f"WorkflowId = '{number}'")]
            try:
                await client.get_workflow_handle(number).describe()
            except RPCError:
                if not listed:
                    return found
            await asyncio.sleep(0.1)
        raise AssertionError("the engine has not forgotten it")

    history = asyncio.run(ended())
    assert verified(people, number)["verified"] is True
    forged = chained([dataclasses.replace(entry, actor=FORGER) for entry in entries])
    plain = with_plain_answers(history, forged)
    shorter = chained([entry for entry in entries if entry.seq != 4])
    spliced = without_answer(history, 3)
    for ledger, row, told in (
        (forged, archived(number, plain), "签名无效"),
        (forged, archived(number, plain, people.system.ring, DOOR), "签名无效"),
        (forged, archived(number, plain, people.system.ring), "不是本系统写入"),
        (shorter, archived(number, spliced), "签名无效"),
    ):
        with put(people, number, ledger, row):
            difference = verified(people, number)["first_difference"]
            assert difference["table"] == "histories"
            assert told in difference["told"]
    assert verified(people, number)["verified"] is True


@pytest.mark.system
@pytest.mark.xdist_group("api")
@pytest.mark.parametrize(
    "column",
    [
        "build_id = 'x'",
        pytest.param("closed_at = now()", marks=pytest.mark.drill),
        pytest.param("sm3 = repeat('0', 64)", marks=pytest.mark.drill),
        pytest.param("events = 3", marks=pytest.mark.drill),
    ],
)
def test_every_figure_of_a_kept_history_is_checked(people: People, column: str) -> None:
    """P11: what is said of a kept history is signed with it."""
    number = people.register("xw-center.clerk")["case_no"]

    async def end() -> None:
        client = await connect(people.system.temporal_address, "default")
        await client.get_workflow_handle(number).terminate("test")
        for _ in range(120):
            if people.rows("SELECT 1 FROM histories WHERE workflow_id = %s", number):
                return
            await asyncio.sleep(0.5)

    asyncio.run(end())
    assert verified(people, number)["verified"] is True
    with put(people, number, ledger_of(people, number)):
        people.write(f"UPDATE histories SET {column} WHERE workflow_id = '{number}'")
        assert verified(people, number)["first_difference"]["table"] == "histories"
    assert verified(people, number)["verified"] is True
