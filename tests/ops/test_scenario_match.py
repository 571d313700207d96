"""Scenario files are read strictly, matched by the contract's rules, and count their days as it says."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.ledger import BEIJING
from ops.scenarios.load import ScenarioError, load, load_all
from ops.scenarios.match import differences, missing_from_timeline, resolve
from ops.scenarios.run import around, day_of, later

HEAD = """title: 某事
profile: xuanwu
register:
  as: xw-center.clerk
  with: {channel: window, unit: xw-center, matter: {name: 某事}}
"""


def written(folder: Path, steps: str, head: str = HEAD, name: str = "one.yaml") -> Path:
    file = folder / name
    file.write_text(f"{head}steps:\n{steps}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("steps", "line", "told"),
    [
        ("  - {do: accept, as: a, expect: {stage: x}, expect: {stage: y}}", 7, "expect 写了两次"),
        ("  - {wait: 1wd}\n  - {wait: 2wd, refuse: 409}", 8, "refuse 只能与 do 同用"),
        ("  - {wait: 2wd, as: xw-center.clerk}", 7, "as 只能与 do 同用"),
        ("  - {expect: {stage: x}, with: {a: 1}}", 7, "with 只能与 do 同用"),
        ("  - {do: accept, as: a}\n\n  - {do: accept, as: a, view_as: b}", 9, "须与 expect 同用"),
        ("  - {do: accept}", 7, "没有写 as"),
        ("  - {}", 7, "一步最多一个"),
        ("  - {timeline: []}", 7, "不能是空的"),
        ("  - {wait: 0wd}", 7, "写法不对"),
        ("  - {wait: 1.5d}", 7, "写法不对"),
        ("  - {do: accept, as: a, refuse: 200}", 7, "400 到 599"),
        ("  - {do: accept, as: a, refuse: yes}", 7, "应为整数"),
        ("  - {do: accept, as: a, with: [1]}", 7, "应为对象"),
        ("  - {case: x, register: {as: a, with: {}}}", 7, "with.name"),
        ("  - register:\n      as: a\n      whit: {}", 7, "缺少这个键"),
        ("  5", 6, "应为列表"),
        ("  - wait: 1wd\n    frob: 1", 8, "没有这个键"),
        ("  - {wait: 1wd", 8, "不是 YAML"),
    ],
)
def test_a_malformed_step_is_told_with_its_line(tmp_path: Path, steps: str, line: int, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(written(tmp_path, steps))
    assert str(refused.value).startswith(f"one.yaml：第 {line} 行")
    assert told in str(refused.value)


@pytest.mark.parametrize("text", ["", "hello", "5", "- 1\n- 2"])
def test_what_is_no_mapping_is_no_scenario(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"odd\.yaml：内容不是场景"):
        load(file)


def test_text_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("title: 某事".encode("gbk"))
    with pytest.raises(ScenarioError, match=r"gbk\.yaml：读不出来"):
        load(file)


def test_every_bad_file_of_a_folder_is_named(tmp_path: Path) -> None:
    written(tmp_path, "  - {wait: 1wd}", name="good.yaml")
    written(tmp_path, "  - {wait: soon}", name="bad.yaml")
    written(tmp_path, "  - {frob: 1}", name="worse.yaml")
    with pytest.raises(ScenarioError) as refused:
        load_all(tmp_path)
    assert [line.partition("：")[0] for line in str(refused.value).splitlines()] == ["bad.yaml", "worse.yaml"]


def test_lines_of_registration_and_steps(tmp_path: Path) -> None:
    read = load(written(tmp_path, "  - {wait: 1wd}\n  # 说明\n  - do: accept\n    as: a\n  - {wait: due}"))
    assert read.lines == [3, 7, 9, 11]


def test_days_of_an_overlay(tmp_path: Path) -> None:
    head = "calendar: {holidays: [+0, 2026-12-31], workdays: [+10]}\n" + HEAD
    overlay = load(written(tmp_path, "  - {wait: 1wd}", head)).calendar
    assert overlay
    today = date(2026, 12, 25)
    assert [day_of(text, today) for text in overlay.holidays] == [date(2026, 12, 25), date(2026, 12, 31)]
    assert [day_of(text, today) for text in overlay.workdays] == [date(2027, 1, 4)]


@pytest.mark.parametrize("days", ["[-1]", "[2026/12/31]", "[tomorrow]", "5", "soon"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, days: str) -> None:
    with pytest.raises(ScenarioError, match="calendar"):
        load(written(tmp_path, "  - {wait: 1wd}", f"calendar: {{holidays: {days}}}\n" + HEAD))


def test_waiting_natural_time() -> None:
    now = datetime(2026, 12, 31, 23, 30, tzinfo=BEIJING)
    assert later("1h", now) == datetime(2027, 1, 1, 0, 30, tzinfo=BEIJING)
    assert later("31d", now) == datetime(2027, 1, 31, 23, 30, tzinfo=BEIJING)


def test_waiting_for_the_case_clock() -> None:
    due = "2026-12-31T17:00:00+08:00"
    assert around("due", due) == datetime(2026, 12, 31, 16, 59, tzinfo=BEIJING)
    assert around("past_due", due) == datetime(2026, 12, 31, 17, 1, tzinfo=BEIJING)
    with pytest.raises(ScenarioError, match="没有期限"):
        around("due", None)


@pytest.mark.parametrize(
    ("expected", "found", "holds"),
    [
        ({}, {"a": 1}, True),
        ({"a": {}}, {"a": {"b": 1}}, True),
        ({"a": {}}, {"a": [1]}, False),
        ({"a": "1"}, {"a": 1}, False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 0}, {"a": False}, False),
        ({"a": 0}, {"a": None}, False),
        ({"a": False}, {"a": None}, False),
        ({"a": ""}, {"a": None}, False),
        ({"a": {"absent": True}}, {"a": None}, False),
        ({"a": {"absent": True}}, {"a": []}, False),
        ({"a": {"b": {"absent": True}}}, {"a": {}}, True),
        ({"a": {"b": {"absent": True}}}, {}, False),
        ({"a": [{"b": {"absent": True}}]}, {"a": [{"b": 1}, {}]}, True),
        ({"a": [{"u": 1, "s": "x"}]}, {"a": [{"u": 1, "s": "y"}, {"u": 2, "s": "x"}]}, False),
        ({"a": ["x", "z"]}, {"a": ["y", "x"]}, False),
        ({"a": ["x"]}, {"a": "x"}, False),
        ({"a": ["x"]}, {"a": []}, False),
        ({"a": [["x"]]}, {"a": [["x", "y"]]}, True),
        ({"a": {"count": 0}}, {}, False),
        ({"a": {"count": 0}}, {"a": None}, False),
        ({"a": {"min": 0}}, {"a": []}, True),
        ({"a": {"min": 1, "count": 2}}, {"a": [1, 2]}, True),
        ({"a": {"min": "1"}}, {"a": [1, 2]}, False),
        ({"a": {"count": True}}, {"a": [1]}, False),
        ({"a": {"count": 1}}, {"a": {"count": 1}}, True),
        ({"a": {"count": 1, "b": 2}}, {"a": [1]}, False),
    ],
)
def test_matching(expected: dict[str, Any], found: dict[str, Any], holds: bool) -> None:
    assert (differences(expected, found) == []) is holds


def test_a_difference_names_the_place_and_both_values() -> None:
    view = {"clock": {"overdue": False}, "cards": [{"colour": "red"}]}
    assert differences({"clock": {"overdue": True}}, view) == ["clock.overdue：应为 True，实际是 False"]
    (line,) = differences({"cards": [{"colour": "yellow"}]}, view)
    assert line.startswith("cards：")
    assert "yellow" in line
    assert "red" in line
    assert len(differences({"clock": {"overdue": True, "state": "running"}, "cards": {"count": 0}}, view)) == 3


@pytest.mark.parametrize(
    ("expected", "actions", "missing"),
    [
        (["a", "a"], ["a", "b"], "a"),
        (["a", "a"], ["a", "b", "a"], None),
        (["b", "a"], ["a", "b"], "a"),
        (["a"], [], "a"),
        (["a", "c"], ["a", "b", "c", "b"], None),
    ],
)
def test_order_of_a_timeline(expected: list[str], actions: list[str], missing: str | None) -> None:
    assert missing_from_timeline(expected, actions) == missing


VIEW = {
    "assignments": [{"id": "a1", "unit": "x"}, {"id": "a2", "unit": "y"}, {"id": "a3", "unit": "x"}],
    "consultations": [{"id": "c1"}, {"id": "c2"}],
    "obligations": [{"id": "o1", "kind": "tolerate"}, {"id": "o2", "kind": "commitment"}],
}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("$assignments.x", "a3"),
        ("$assignments.y", "a2"),
        ("$consultations.last", "c2"),
        ("$obligations.tolerate", "o1"),
        ("$other", "330109-20261123-0002"),
        ({"a": ["$case", {"b": "$consultations.last"}], "n": 3}, {"a": ["330109-20261123-0001", {"b": "c2"}], "n": 3}),
        ("价格 $5", "价格 $5"),
    ],
)
def test_what_a_reference_stands_for(said: Any, meant: Any) -> None:
    cases = {"case": "330109-20261123-0001", "other": "330109-20261123-0002"}
    assert resolve(said, VIEW, cases) == meant


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("$inquiries.last", "没有 inquiries"),
        ("$assignments.z", "assignments 里没有 z"),
        ("$obligations.remedy", "obligations 里没有 remedy"),
        ("$third", "没有名为 third"),
    ],
)
def test_a_reference_to_nothing_is_told(said: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        resolve({"id": said}, VIEW, {})
