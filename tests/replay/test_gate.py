"""上线前的关口: histories, packages and a running system are tried with this checkout; what differs is said."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models.case import Case, State
from ops import replay
from ops.replay import folder
from tests.replay.kept import BROKEN, HISTORIES

STORED = Path(__file__).parents[1] / "stored"


def test_good_histories_pass_the_gate_in_both_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = HISTORIES / "acknowledge.case.1.json"
    shutil.copy(ours, tmp_path)
    plain = json.loads(ours.read_text(encoding="utf-8"))["history"]  # as `temporal workflow show -o json` gives it
    (tmp_path / "330109-20261123-0001.json").write_text(json.dumps(plain), encoding="utf-8")
    assert replay.main(tmp_path) == 0
    assert "重放 2 份历史" in capsys.readouterr().out


def test_a_history_that_does_not_replay_is_named_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(HISTORIES / f"{BROKEN}.json", tmp_path)
    assert replay.main(tmp_path) == 1
    said = capsys.readouterr().out
    assert f"{BROKEN}.json" in said
    assert "workflow.patched" in said
    assert "规则不受约束" in said
    assert replay.main(tmp_path / "nowhere") == 2
    (tmp_path / "empty").mkdir()
    assert replay.main(tmp_path / "empty") == 2


def test_a_state_that_this_code_cannot_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member became something else without a step in upcasting: the engine's commands are the same all the same."""

    class Other(State):
        narrative: int = 0  # type: ignore[assignment]

    shutil.copy(HISTORIES / "delivery.refused.1.json", tmp_path)
    shutil.copy(HISTORIES / "acknowledge.case.1.json", tmp_path)
    monkeypatch.setattr(Case, "state_model", Other)
    assert replay.main(tmp_path) == 1
    said = capsys.readouterr().out
    assert "台账不符  acknowledge.case.1.json" in said
    assert "upcasting.py" in said


def test_a_package_whose_ledger_goes_another_way_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and digests fit, as somebody who has the signing key could make them; the histories say something else."""
    [package] = sorted(STORED.glob("*/package.zip"))[-1:]
    shutil.copy(package, tmp_path)
    assert replay.main(tmp_path) == 0
    written = folder.entry_of

    def another(row: dict[str, object]) -> object:
        entry = written(row)
        more = {**entry.change, "=": {**entry.change.get("=", {}), "spared": True}}
        return replace(entry, change=more) if entry.seq == 2 else entry

    monkeypatch.setattr(folder, "entry_of", another)
    assert replay.main(tmp_path) == 1
    assert "状态不同" in capsys.readouterr().out
