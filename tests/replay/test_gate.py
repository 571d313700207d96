"""上线前的关口: histories, packages and a running system are tried with this checkout; what differs is said."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.case import Case, State
from ops import replay
from ops.replay import running
from ops.system import System
from tests.api.conftest import People
from tests.replay.kept import BROKEN, HISTORIES

STORED = Path(__file__).parents[1] / "stored"


def replayed(said: str) -> int:
    """How many histories the gate says that it replayed."""
    found = re.search(r"重放 (\d+) 份历史", said)
    assert found, said
    return int(found[1])


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
    from ops.replay import folder

    written = folder.entry_of

    def another(row: dict[str, object]) -> object:
        entry = written(row)
        return replace(entry, change={"=": {"spared": True}}) if entry.seq == 2 else entry

    monkeypatch.setattr(folder, "entry_of", another)
    assert replay.main(tmp_path) == 1
    assert "状态不同" in capsys.readouterr().out


@pytest.mark.system
@pytest.mark.xdist_group("gate")
class TestARunningSystem:
    """Without a folder the gate draws from the system that DATA_DIR names."""

    @pytest.fixture(scope="class")
    def town(self) -> Iterator[People]:
        with System(time_skipping=True) as system:
            found = People(system)
            with found.http:
                yield found

    @pytest.fixture(autouse=True)
    def reached(self, town: People, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATA_DIR", str(town.system.installation.data_dir))

    @pytest.fixture(scope="class")
    def cases(self, town: People) -> list[str]:
        found = [town.under_way() for _ in range(4)]
        for text in ("一", "二", "三"):
            assert town.act("xw-center.clerk", found[2], "note", text=text).status_code == 200
        assert town.post("dl-zw.lead", "/api/meetings").status_code in (200, 201)
        return found

    def test_the_oldest_and_the_longest_are_always_taken(
        self, cases: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert running.main(sample=0, seed=1) == 0
        said = capsys.readouterr().out
        assert f"登记最早的 {cases[0]}" in said
        assert f"台账最长的 {cases[2]}" in said
        # The two cases, the meeting, the call that began it, and a duty; more where a schedule's hour has come.
        assert replayed(said) in range(5, 9)

    def test_the_same_seed_draws_the_same(self, cases: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert running.main(sample=200, seed=7) == 0
        said = capsys.readouterr().out
        assert "在办案件 4 件，抽取 4 件（随机种子 7）" in said
        assert replayed(said) in range(7, 11)

    def test_a_row_and_an_entry_that_were_changed_are_named(
        self, town: People, cases: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        [(state,)] = town.rows("SELECT state FROM cases WHERE case_no = %s", cases[0])
        town.write(f"UPDATE cases SET state = jsonb_set(state, '{{spared}}', 'true') WHERE case_no = '{cases[0]}'")
        try:
            assert running.main(sample=0, seed=1) == 1
            said = capsys.readouterr().out
            assert f"台账不符  {cases[0]}：台账表与台账" in said
            assert "make audit" in said
        finally:
            town.write(f"UPDATE cases SET state = '{json.dumps(state)}' WHERE case_no = '{cases[0]}'")
        assert running.main(sample=0, seed=1) == 0

    def test_without_a_system_it_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        assert running.main(sample=1, seed=1) == 2
        assert "系统没有运行" in capsys.readouterr().err
