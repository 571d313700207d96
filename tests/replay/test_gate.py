"""上线前的关口: exported histories are replayed against this checkout, and touched commands are shown with advice."""

import json
import shutil
from pathlib import Path

import pytest

from ops import fingerprint, replay
from ops.settings import ROOT
from tests.replay.record import BROKEN, HISTORIES


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
    assert replay.main(tmp_path / "nowhere") == 2


def test_the_fingerprint_is_the_one_on_file() -> None:
    kept = json.loads(fingerprint.FILE.read_text(encoding="utf-8"))
    assert fingerprint.fingerprints(ROOT / "workflows") == kept, fingerprint.ADVICE


def test_a_touched_command_shows(tmp_path: Path) -> None:
    source = (ROOT / "workflows" / "ledger.py").read_text(encoding="utf-8")
    (tmp_path / "ledger.py").write_text(source, encoding="utf-8")
    before = fingerprint.fingerprints(tmp_path)
    more = source.replace("await self.follow()\n", "await self.follow()\n            await workflow.sleep(1)\n", 1)
    (tmp_path / "ledger.py").write_text(more, encoding="utf-8")
    assert fingerprint.fingerprints(tmp_path) != before
