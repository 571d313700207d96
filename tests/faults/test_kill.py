"""The fault trial in small: processes killed while cases are worked on, nothing lost, nothing twice."""

import asyncio
import json
from pathlib import Path

import psycopg
import pytest

from models.ledger import first_break
from ops.lab.faults.check import _entries, _ledgers, _registrations
from ops.lab.faults.trial import KINDS, trial
from ops.lab.faults.work import Journal
from ops.postgres import conninfo
from ops.system import System

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.mark.drill
def test_nothing_is_lost_and_nothing_done_twice() -> None:
    with System() as system:
        found = asyncio.run(trial(system, list(KINDS), cases=30, clients=8, every=1.0, seed=11))
    assert found["violations"] == []
    assert min(found["kills"].values()) >= 1, "the trial was over before everything was killed"
    assert found["acknowledged"] >= 30


def test_the_check_sees_what_is_wrong(tmp_path: Path) -> None:
    """A check that cannot fail is none: forge what it looks at, and it must say so."""
    with System() as system:
        asyncio.run(trial(system, ["api"], cases=3, clients=1, every=60, seed=3))
        with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
            entries = _entries(connection)
            states = dict(connection.execute("SELECT case_no, state FROM cases").fetchall())
            allotted = dict(connection.execute("SELECT case_no, key FROM registrations").fetchall())
            with pytest.raises(psycopg.errors.RaiseException, match="只能追加"):
                connection.execute("DELETE FROM entries")
    case_no, ledger = next((no, found) for no, found in entries.items() if len(found) > 1)
    assert first_break(ledger[:-1]) is None
    assert first_break(ledger[1:]) is not None
    assert _ledgers({case_no: ledger[:-1]}, states) == [f"{case_no} 的案件行与台账不一致"]
    forged = json.loads(json.dumps(states))
    forged[case_no]["narrative"] = "改过的"
    assert _ledgers({case_no: ledger}, forged) == [f"{case_no} 的案件行与台账不一致"]
    journal = Journal(tmp_path / "journal.jsonl")
    lost = {**allotted, "320102-20260101-0002": "k"}
    assert len(_registrations(journal, entries, lost)) == 2
    journal.close()
