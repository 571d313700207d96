"""The gate without a folder: it draws from the system that DATA_DIR names, and compares it with this checkout."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.replay import running
from ops.system import System
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("gate")]


@pytest.fixture(scope="module")
def town() -> Iterator[People]:
    with System(time_skipping=True) as system:
        found = People(system)
        with found.http:
            yield found


@pytest.fixture(autouse=True)
def reached(town: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(town.system.installation.data_dir))


@pytest.fixture(scope="module")
def cases(town: People) -> list[str]:
    found = [town.under_way() for _ in range(4)]
    for text in ("一", "二", "三"):
        assert town.act("xw-center.clerk", found[2], "note", text=text).status_code == 200
    assert town.post("dl-zw.lead", "/api/meetings").status_code in (200, 201)
    return found


def replayed(said: str) -> int:
    """How many histories the gate says that it replayed."""
    found = re.search(r"重放 (\d+) 份历史", said)
    assert found, said
    return int(found[1])


def test_the_oldest_and_the_longest_are_always_taken(cases: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert running.main(sample=0, seed=1) == 0
    said = capsys.readouterr().out
    assert f"登记最早的 {cases[0]}" in said
    assert f"台账最长的 {cases[2]}" in said
    # The two cases, the meeting, the call that began it, and a duty; more where a schedule's hour has come.
    assert replayed(said) in range(5, 9)


def test_the_same_seed_draws_the_same(cases: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert running.main(sample=200, seed=7) == 0
    said = capsys.readouterr().out
    assert "在办案件 4 件，抽取 4 件（随机种子 7）" in said
    assert replayed(said) in range(7, 11)


def test_a_row_and_an_entry_that_were_changed_are_named(
    town: People, cases: list[str], capsys: pytest.CaptureFixture[str]
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert running.main(sample=1, seed=1) == 2
    assert "系统没有运行" in capsys.readouterr().err
