"""Our own scenario files pass, and a scenario that does not hold is told by file, step and difference."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.scenarios.folder import play
from ops.scenarios.load import ScenarioError, load, load_all
from ops.scenarios.match import differences, missing_from_timeline, resolve
from ops.settings import ROOT
from ops.system import System

OWN = ROOT / "tests" / "scenarios"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System(time_skipping=True) as running:
        yield running


@pytest.mark.system
@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize("path", sorted(OWN.glob("*.yaml")), ids=lambda path: path.stem)
def test_own_scenario(system: System, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = asyncio.run(play([load(path)], system.api_url, system.temporal_address, system.password, system.secret))
    assert not failed, capsys.readouterr().out


BROKEN = """
title: 不成立的期望
profile: xuanwu
register:
  as: xw-center.clerk
  with:
    channel: window
    unit: xw-center
    applicant: {name: 李先生, kind: person}
    matter: {name: 某事}
    request_type: advice
    narrative: 某事办不成
steps:
  - {do: accept, as: xw-center.clerk}
  - {do: accept, as: xw-center.clerk, %s}
"""


@pytest.mark.system
@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("refuse: 422", "应当被拒绝（422），实际是 409"),
        ("refuse: 409, expect: {stage: resolved}", "stage：应为 'resolved'，实际是 'accepted'"),
        ("refuse: 409, expect: {nothing: 1}", "nothing：没有这一项"),
        ("refuse: 409, expect: {cards: {count: 1}}", "cards：应有 1 项"),
        ("refuse: 409, expect: {stage: {absent: true}}", "stage：不应出现"),
        ("refuse: 409, timeline: [accepted, registered]", "没有依次出现 registered"),
        ("with: {assignment_id: $assignments.xw-zj}", "assignments 里没有 xw-zj"),
    ],
)
def test_what_does_not_hold_is_told(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str], rest: str, told: str
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN % rest, encoding="utf-8")
    failed = asyncio.run(play([load(file)], system.api_url, system.temporal_address, system.password, system.secret))
    output = capsys.readouterr().out
    assert failed == 1
    assert "broken.yaml：第 15 行，第 2 步" in output
    assert told in output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "不是 YAML"),
        ("- 1", "内容不是场景"),
        ("title: x", "profile"),
        (BROKEN % "frobnicate: 1", "frobnicate"),
        ((BROKEN % "refuse: 409").replace("do: accept", "do: acept", 1), "没有命令 acept"),
        (BROKEN % "wait: 2wd", "最多一个"),
        ((BROKEN % "refuse: 409") + "  - {timeline: [accept]}\n", "没有台账动作 accept"),
        ((BROKEN % "refuse: 409") + "  - {wait: soon}\n", "wait"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"bad\.yaml") as refused:
        load(file)
    assert told in str(refused.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="没有"):
        load_all(tmp_path)


@pytest.mark.parametrize(
    ("expected", "found", "holds"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, False),
        ({"a": {"absent": True}}, {}, True),
        ({"a": [{"u": 1}]}, {"a": [{"u": 2}, {"u": 1, "x": 0}]}, True),
        ({"a": [{"u": 1}, {"u": 3}]}, {"a": [{"u": 1}]}, False),
        ({"a": ["x"]}, {"a": ["y", "x"]}, True),
        ({"a": []}, {"a": ["y"]}, True),
        ({"a": {"count": 0}}, {"a": []}, True),
        ({"a": {"count": 2}}, {"a": [1]}, False),
        ({"a": {"min": 1}}, {"a": [1, 2]}, True),
        ({"a": {"min": 3}}, {"a": [1, 2]}, False),
        ({"a": {"b": 1}}, {"a": None}, False),
    ],
)
def test_matching(expected: dict[str, object], found: dict[str, object], holds: bool) -> None:
    assert (differences(expected, found) == []) is holds


def test_ids_and_order() -> None:
    view = {
        "assignments": [{"id": "a1", "unit": "x"}, {"id": "a2", "unit": "x"}],
        "obligations": [{"id": "o1", "kind": "tolerate"}],
    }
    assert resolve({"i": "$assignments.x", "l": ["$other"]}, view, {"other": "N"}) == {"i": "a2", "l": ["N"]}
    assert resolve("$assignments.last", view, {}) == "a2"
    assert resolve("$obligations.tolerate", view, {}) == "o1"
    assert missing_from_timeline(["a", "c"], ["a", "b", "c"]) is None
    assert missing_from_timeline(["c", "a"], ["a", "b", "c"]) == "a"
