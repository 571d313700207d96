"""Whatever a release left behind is read by the code of today: database, histories, package, keys."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import class_row

from activities.ledgers.kinds import KINDS, Kind
from activities.platform.keyring import KeyRing
from activities.platform.signatures import PublicKeyList
from api.audit.ledgers import unsigned
from models.ledger import Entry, first_break
from ops import audit
from ops.postgres import conninfo, ensure_database, postgres
from ops.setup import tables
from tests.replay.kept import folded, state_digest
from tests.settings import with_database
from tests.stored import make
from tests.stored.kept import VERSION, Kept, read_histories, restore, versions
from workflows.histories.recorded import joined, recorded
from workflows.histories.replaying import replay
from workflows.platform.codec import CASES, SEALED, Codec, converter
from workflows.platform.sealing import NAMESPACE

pytestmark = pytest.mark.xdist_group("stored")


@pytest.fixture(scope="module", params=versions(), ids=lambda path: path.name)
def stored(request: pytest.FixtureRequest) -> Path:
    """The folder of one release."""
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def database(stored: Path) -> Iterator[str]:
    """Its database, restored and brought up to today's tables."""
    with postgres() as url:
        address = url.replace("/bancheng?", "/stored?")
        ensure_database(address)
        restore(stored / "database.dump", conninfo(address))
        asyncio.run(tables(with_database(address)))
        yield conninfo(address)


def ring(stored: Path) -> KeyRing:
    return KeyRing(stored / "keys.json")


def expected(stored: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((stored / "expected.json").read_text(encoding="utf-8"))
    return found


def ledgers(database: str) -> Iterator[tuple[Kind, str, list[Entry], dict[str, Any]]]:
    """Every ledger of every kind, with its state as the row has it."""
    with psycopg.connect(database) as connection:
        for kind in KINDS.values():
            for number, state in connection.execute(f"SELECT case_no, state FROM {kind.rows_table}").fetchall():  # type: ignore[arg-type]
                cursor = connection.cursor(row_factory=class_row(Entry))
                statement = f"SELECT * FROM {kind.entries_table} WHERE case_no = %s ORDER BY seq"
                yield kind, number, cursor.execute(statement, (number,)).fetchall(), state  # type: ignore[arg-type]


def test_this_release_is_stored() -> None:
    assert VERSION in [path.name for path in versions()], "make stored"


def test_a_stored_release_is_not_stored_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main() == 1
    assert "已发布的版本不重做" in capsys.readouterr().err


def test_every_ledger_folds_to_the_state_that_it_had_and_its_row_has(stored: Path, database: str) -> None:
    told = expected(stored)
    found = set()
    for kind, number, entries, state in ledgers(database):
        name = f"{kind.name}:{number}"
        found.add(name)
        want = told["ledgers"][name]
        assert first_break(entries) is None, name
        it = folded(kind.name, entries)
        assert (it.seq, it.head) == (want["entries"], want["head"]), name
        assert state_digest(it, told["members"]) == want["state"], name
        assert kind.aggregate.from_form(state).state == it.state, name
    assert found == set(told["ledgers"])
    assert {name.partition(":")[0] for name in found} == set(KINDS)


def test_every_command_is_signed(stored: Path, database: str) -> None:
    public = PublicKeyList(json.loads((stored / "public-keys.json").read_text(encoding="utf-8")))
    for kind, number, entries, _ in ledgers(database):
        with psycopg.connect(database) as connection:
            kept = dict(connection.execute("SELECT id, signed FROM commands WHERE ledger = %s", (number,)).fetchall())
        for keys in (ring(stored), public):
            assert unsigned(kind.entries_table, number, entries, {}, kept, keys) is None


def test_every_history_replays_and_holds_the_ledger(stored: Path, database: str) -> None:
    registers = {(kind.name, number): entries for kind, number, entries, _ in ledgers(database)}
    runs: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for kept in read_histories(stored / "histories.jsonl.gz"):
        purpose = SEALED if kept.namespace == NAMESPACE else CASES
        [replayed] = asyncio.run(replay([kept.history], converter(ring(stored), purpose)))
        assert replayed.failure is None, f"{kept.history.workflow_id}: {replayed.failure}"
        if kept.kind:
            runs[kept.kind, kept.ledger].append(kept)
    assert set(runs) == set(registers)
    for (kind, number), found in runs.items():
        codec = Codec(ring(stored), SEALED if found[0].namespace == NAMESPACE else CASES)
        whole, _ = joined(recorded(kept.history, number, codec) for kept in found)
        assert whole.entries == registers[kind, number], f"{kind} {number}"


def test_the_package_is_checked_offline(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main("", stored / "package.zip", stored / "public-keys.json") == 0
    assert "指令的签名都有效" in capsys.readouterr().out
